#define BOOST_TEST_MODULE random
#include "paths/lanes/random.hpp"

#include <Random123/philox.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

using namespace escapade;

namespace {

/// The normals that the words of a lane's step stand for, in double precision.
std::array<double, 2> lane_normals(LaneWords words) {
  const double radius = std::sqrt(-2 * std::log((words.v + 0.5) * 0x1p-32));
  const double angle = 2 * std::numbers::pi * ((words.w >> 8) + 0.5) * 0x1p-24;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

struct Sample {
  std::vector<float> z1, z2, reach;
};

/// Draws of paths 0 … lanes − 1 at steps 0 … steps − 1 (an even number), in that order.
Sample sample(std::uint64_t seed, std::size_t lanes, std::size_t steps) {
  Sample s;
  for (auto* v : {&s.z1, &s.z2, &s.reach})
    v->resize(lanes * steps);
  std::vector<std::uint64_t> path(lanes), step(lanes);
  std::iota(path.begin(), path.end(), 0);
  for (std::size_t k = 0; k < steps; k += 2) {
    std::fill(step.begin(), step.end(), k);
    const std::size_t even = k * lanes, odd = even + lanes;
    draw_lanes(seed, 0, lanes, path.data(), step.data(), {&s.z1[even], &s.z2[even], &s.reach[even]},
               {&s.z1[odd], &s.z2[odd], &s.reach[odd]});
  }
  return s;
}

double moment(const std::vector<float>& v, int power) {
  double sum = 0;
  for (float x : v)
    sum += std::pow(static_cast<double>(x), power);
  return sum / static_cast<double>(v.size());
}

double correlation(const std::vector<float>& a, const std::vector<float>& b, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = 0; i + lag < a.size(); ++i)
    sum += static_cast<double>(a[i]) * b[i + lag];
  return sum / static_cast<double>(a.size() - lag);
}

/// √n sup|F_n − F|; its 0.9999 quantile is 2.23.
template<class F>
double kolmogorov_smirnov(std::vector<float> v, F distribution) {
  std::sort(v.begin(), v.end());
  const auto n = static_cast<double>(v.size());
  double largest = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    const double f = distribution(v[i]);
    largest =
        std::max({largest, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
  }
  return std::sqrt(n) * largest;
}

double normal_distribution(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

} // namespace

BOOST_AUTO_TEST_SUITE(random_numbers)

BOOST_AUTO_TEST_CASE(philox_equals_random123) {
  for (std::uint64_t k = 0; k < 1000; ++k) {
    const std::uint64_t path = k * 0x9E3779B97F4A7C15, step = k * k * 977 + (k << 40), seed = ~path;
    const auto stream = static_cast<std::uint32_t>(k % 256);
    const auto counter = philox_counter(path, step, stream);
    const auto key = philox_key(seed);
    const r123::Philox4x32::ctr_type c{{counter[0], counter[1], counter[2], counter[3]}};
    const r123::Philox4x32::key_type reference_key{{key[0], key[1]}};
    const auto reference = r123::Philox4x32{}(c, reference_key);
    const auto words = philox(counter, key);
    for (std::size_t i = 0; i < 4; ++i)
      BOOST_REQUIRE(words[i] == reference[i]);
  }
}

BOOST_AUTO_TEST_CASE(philox_gives_the_published_vector) { // kat_vectors of Random123, philox4x32 10
  const auto w = philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0});
  BOOST_TEST((w == PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

BOOST_AUTO_TEST_CASE(lanes_draw_what_the_scalar_formula_draws) {
  constexpr std::size_t n = 128;
  std::vector<std::uint64_t> path(n), step(n);
  std::vector<float> z1(2 * n), z2(2 * n), reach(2 * n);
  for (std::size_t round = 0; round < 50; ++round) {
    for (std::size_t i = 0; i < n; ++i) {
      path[i] = (i + 1) * 0x123456789ABCDEF * (round + 1);
      step[i] = (round << 45) + 2 * i * 7919;
    }
    draw_lanes(0xFEDCBA9876543210, 5, n, path.data(), step.data(), {&z1[0], &z2[0], &reach[0]},
               {&z1[n], &z2[n], &reach[n]});
    for (std::size_t i = 0; i < 2 * n; ++i) {
      const LaneWords words = lane_words(0xFEDCBA9876543210, path[i % n], step[i % n] + i / n, 5);
      const auto [x, y] = lane_normals(words);
      // a is rounded by up to 2⁻²⁵, and the radius by that over itself
      const double allowed = 1e-6 + 0x1p-24 / std::hypot(x, y);
      BOOST_REQUIRE(std::fabs(x - z1[i]) < allowed);
      BOOST_REQUIRE(std::fabs(y - z2[i]) < allowed);
      const double needed = -std::log(words.coarse() / 256.0); // infinite at 0
      BOOST_REQUIRE((words.coarse() == 0 ? reach[i] == 29 : reach[i] >= needed));
      BOOST_REQUIRE((words.coarse() == 0 || reach[i] < needed + 0.6932));
    }
  }
}

BOOST_AUTO_TEST_CASE(bits_of_a_block_are_used_once) {
  // steps 2k and 2k + 1 take words (0, 1) and (2, 3) of block k; 32, 24 and 8 bits of them
  const auto words = philox(philox_counter(77, 500, 3), philox_key(9));
  for (std::size_t odd : {0, 1}) {
    const LaneWords lane = lane_words(9, 77, 1000 + odd, 3);
    const auto [x, y] = lane_normals(lane);
    const double radius = std::hypot(x, y);
    double turn = std::atan2(y, x) / (2 * std::acos(-1.0));
    turn -= std::floor(turn);
    BOOST_TEST(std::fabs(std::exp(-radius * radius / 2) * 0x1p32 - 0.5 - words[2 * odd]) < 1e-3);
    BOOST_TEST(std::fabs(turn * 0x1p24 - 0.5 - (words[2 * odd + 1] >> 8)) < 1e-3);
    BOOST_TEST(lane.coarse() == (words[2 * odd + 1] & 0xff));
  }
}

BOOST_AUTO_TEST_CASE(extreme_words_give_finite_normals) {
  // the radius is largest at v = 0 and vanishes, as a single number may, at v = 2³² − 1; both are
  // too rare to be drawn here, so that the largest and the smallest of many are looked at
  const Sample s = sample(16, 256, 40000);
  float largest = 0, smallest = 1;
  for (std::size_t i = 0; i < s.z1.size(); ++i) {
    const float r = std::hypot(s.z1[i], s.z2[i]);
    BOOST_REQUIRE(r < 6.8f); // false for NaN
    largest = std::max(largest, r);
    smallest = std::min(smallest, r);
  }
  BOOST_TEST(largest > 5);
  BOOST_TEST(smallest < 2e-3);
}

BOOST_AUTO_TEST_CASE(draws_do_not_depend_on_the_lane) {
  constexpr std::size_t n = 192;
  std::vector<std::uint64_t> path(n), step(n);
  for (std::size_t i = 0; i < n; ++i)
    path[i] = i % 61, step[i] = 1000 + 2 * (i % 61);
  std::vector<float> z1(2 * n), z2(2 * n), reach(2 * n);
  draw_lanes(7, 0, n, path.data(), step.data(), {&z1[0], &z2[0], &reach[0]},
             {&z1[n], &z2[n], &reach[n]});
  for (std::size_t half : {std::size_t{0}, n})
    for (std::size_t i = 61; i < n; ++i) {
      const std::size_t a = half + i, b = half + i % 61;
      BOOST_REQUIRE((z1[a] == z1[b] && z2[a] == z2[b] && reach[a] == reach[b]));
    }
}

/// Each of the eight values of `reach` but the largest stands for the numbers of one leading bit.
BOOST_AUTO_TEST_CASE(reach_has_the_law_of_a_uniform) {
  const Sample s = sample(17, 256, 4000);
  const auto n = static_cast<double>(s.reach.size());
  for (int k = 1; k <= 9; ++k) {
    const double expected = n * (k < 9 ? std::ldexp(1.0, -k) : std::ldexp(1.0, -8));
    double met = 0;
    for (float r : s.reach)
      met += k < 9 ? std::fabs(r - k * std::log(2.0)) < 1e-3 : r == 29;
    BOOST_TEST(std::fabs(met - expected) < 4 * std::sqrt(expected));
  }
}

BOOST_AUTO_TEST_CASE(single_draws_are_normal_and_uniform) {
  std::vector<float> z, u;
  for (std::uint64_t path = 0; path < 200000; ++path) {
    const Draw d = draw(21, path, path * path, 254);
    z.push_back(static_cast<float>(d.z1));
    z.push_back(static_cast<float>(d.z2));
    u.push_back(static_cast<float>(d.u));
  }
  BOOST_TEST(kolmogorov_smirnov(z, normal_distribution) < 2.23);
  BOOST_TEST(kolmogorov_smirnov(u, [](double v) { return v; }) < 2.23);
}

BOOST_AUTO_TEST_CASE(moments_are_those_of_normals) {
  const Sample s = sample(11, 256, 1000);
  const double root = std::sqrt(static_cast<double>(s.z1.size()));
  for (const auto* z : {&s.z1, &s.z2}) { // variances of z, z², z³, z⁴: 1, 2, 15, 96
    BOOST_TEST(std::fabs(moment(*z, 1)) * root < 4);
    BOOST_TEST(std::fabs(moment(*z, 2) - 1) * root < 4 * std::sqrt(2.0));
    BOOST_TEST(std::fabs(moment(*z, 3)) * root < 4 * std::sqrt(15.0));
    BOOST_TEST(std::fabs(moment(*z, 4) - 3) * root < 4 * std::sqrt(96.0));
  }
}

BOOST_AUTO_TEST_CASE(components_steps_paths_and_seeds_are_uncorrelated) {
  const Sample s = sample(12, 256, 1000), other = sample(13, 256, 1000);
  const double root = std::sqrt(static_cast<double>(s.z1.size()));
  std::vector<float> centred = s.reach; // its own law's mean and variance, near enough for 4 sigma
  const double mean = moment(s.reach, 1), width = std::sqrt(moment(s.reach, 2) - mean * mean);
  for (float& u : centred)
    u = static_cast<float>((u - mean) / width);
  BOOST_TEST(std::fabs(correlation(s.z1, s.z2, 0)) * root < 4);
  BOOST_TEST(std::fabs(correlation(s.z1, centred, 0)) * root < 4);
  BOOST_TEST(std::fabs(correlation(s.z2, centred, 0)) * root < 4);
  BOOST_TEST(std::fabs(correlation(s.z1, s.z1, 1)) * root < 4);   // neighbouring paths
  BOOST_TEST(std::fabs(correlation(s.z1, s.z1, 256)) * root < 4); // neighbouring steps
  BOOST_TEST(std::fabs(correlation(s.z1, s.z2, 256)) * root < 4);
  BOOST_TEST(std::fabs(correlation(s.z1, other.z1, 0)) * root < 4);
  std::vector<float> square1 = s.z1, square2 = s.z2;
  for (auto* v : {&square1, &square2})
    for (float& z : *v)
      z = (z * z - 1) / std::sqrt(2.0f);
  BOOST_TEST(std::fabs(correlation(square1, square2, 0)) * root < 4);
  BOOST_TEST(std::fabs(correlation(square1, square1, 256)) * root < 4);
}

BOOST_AUTO_TEST_CASE(distributions_pass_kolmogorov_smirnov) {
  const Sample s = sample(14, 256, 1000);
  BOOST_TEST(kolmogorov_smirnov(s.z1, normal_distribution) < 2.23);
  BOOST_TEST(kolmogorov_smirnov(s.z2, normal_distribution) < 2.23);
}

BOOST_AUTO_TEST_CASE(tails_are_those_of_a_normal) {
  const Sample s = sample(15, 256, 4000);
  double beyond = 0;
  for (float z : s.z1)
    beyond += std::fabs(z) > 4;
  const double expected = static_cast<double>(s.z1.size()) * std::erfc(4 / std::sqrt(2.0));
  BOOST_TEST(std::fabs(beyond - expected) < 4 * std::sqrt(expected));
}

BOOST_AUTO_TEST_SUITE_END()
