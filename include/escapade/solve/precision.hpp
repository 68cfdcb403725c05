// The number types that elimination without subtraction can hold its factors in.
#pragma once

namespace escapade {

/// `automatic` starts in double and widens when the range needs it; `long_double` starts in long
/// double and may widen too; `extended` is a double with an integer exponent; `double_precision`
/// stays, and refuses (NotTrusted) what it cannot represent.
enum class Precision { automatic, double_precision, long_double, extended };

} // namespace escapade
