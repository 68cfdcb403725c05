#pragma once
#include "programs/report/summary.hpp" // moved; goes with the last file that includes this
