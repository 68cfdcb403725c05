// What a summary holds: null, numbers, texts, lists, and maps whose keys stay in the order given.
// A plain type, since a library for JSON costs every file that includes it seconds to compile; only
// the reading and writing of text uses one.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace escapade {

class Json {
public:
  Json() = default; // null
  Json(std::nullptr_t) {}
  template<class T>
  requires std::is_arithmetic_v<T> Json(T number) {
    if constexpr (std::is_same_v<T, bool>)
      value_ = number;
    else if constexpr (std::is_integral_v<T>)
      value_ = static_cast<std::int64_t>(number);
    else
      value_ = static_cast<double>(number);
  }
  Json(const char* text) : value_(std::string(text)) {}
  Json(std::string text) : value_(std::move(text)) {}
  template<class T>
  Json(const std::vector<T>& list) : Json(list.begin(), list.end()) {}
  template<class T, std::size_t N>
  Json(const std::array<T, N>& list) : Json(list.begin(), list.end()) {}
  /// {{"key", value}, …} is a map, anything else a list.
  Json(std::initializer_list<Json> list);

  static Json array();
  static Json object();
  /// Null where the text is no JSON.
  static Json parse(const std::string& text);

  /// The value of a key, which a map (or null, which becomes one) gets if it has none.
  Json& operator[](const std::string& key);
  /// A list's last item.
  Json& back() { return items_.back(); }
  /// The value of a key, or nullptr.
  const Json* find(const std::string& key) const;
  /// Adds to a list (or null, which becomes one).
  void push_back(Json item);
  /// All keys of another map, in place of those that are there.
  void update(const Json& other);

  bool is_null() const { return kind_ == Kind::value && value_.index() == 0; }
  bool is_object() const { return kind_ == Kind::map; }
  bool is_list() const { return kind_ == Kind::list; }
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  /// A map's keys, and the items of a map or a list.
  const std::vector<std::string>& keys() const { return keys_; }
  const std::vector<Json>& items() const { return items_; }
  /// Nothing where it is no number.
  std::optional<double> number() const;
  /// A text's characters; those of anything else are `otherwise`.
  std::string text(const std::string& otherwise) const;
  /// "results.mean.value" of the first number that is not finite, or nothing.
  std::string not_finite(const std::string& place = "") const;

  /// As text, on one line or with so many blanks a level. BadInput for texts that are not UTF-8.
  std::string dump(int indent = -1) const;

private:
  enum class Kind { value, list, map };
  Kind kind_ = Kind::value;
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string> value_ = nullptr;
  std::vector<std::string> keys_; // of a map's items
  std::vector<Json> items_;

  friend struct JsonText;
  template<class Iterator>
  Json(Iterator first, Iterator last) : kind_(Kind::list), items_(first, last) {}
};

} // namespace escapade
