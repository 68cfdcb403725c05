#define BOOST_TEST_MODULE random
#include "escapade/paths/random.hpp"

#include <Random123/philox.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

using namespace escapade;

namespace {

struct Sample {
  std::vector<double> z1, z2, u;
};

/// Draws of paths 0 … lanes − 1 at steps 0 … steps − 1, in that order.
Sample sample(std::uint64_t seed, std::size_t lanes, std::size_t steps) {
  Sample s;
  for (auto* v : {&s.z1, &s.z2, &s.u})
    v->resize(lanes * steps);
  std::vector<std::uint64_t> path(lanes), step(lanes);
  std::iota(path.begin(), path.end(), 0);
  for (std::size_t k = 0; k < steps; ++k) {
    std::fill(step.begin(), step.end(), k);
    draw_lanes(seed, 0, lanes, path.data(), step.data(), &s.z1[k * lanes], &s.z2[k * lanes],
               &s.u[k * lanes]);
  }
  return s;
}

double moment(const std::vector<double>& v, int power) {
  double sum = 0;
  for (double x : v)
    sum += std::pow(x, power);
  return sum / static_cast<double>(v.size());
}

double correlation(const std::vector<double>& a, const std::vector<double>& b, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = 0; i + lag < a.size(); ++i)
    sum += a[i] * b[i + lag];
  return sum / static_cast<double>(a.size() - lag);
}

/// √n sup|F_n − F|; its 0.9999 quantile is 2.23.
template<class F>
double kolmogorov_smirnov(std::vector<double> v, F distribution) {
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
  std::vector<std::uint64_t> path(128), step(128);
  std::vector<double> z1(128), z2(128), u(128);
  for (std::size_t round = 0; round < 50; ++round) {
    for (std::size_t i = 0; i < 128; ++i) {
      path[i] = (i + 1) * 0x123456789ABCDEF * (round + 1);
      step[i] = (round << 45) + i * 7919;
    }
    draw_lanes(0xFEDCBA9876543210, 5, 128, path.data(), step.data(), z1.data(), z2.data(),
               u.data());
    for (std::size_t i = 0; i < 128; ++i) {
      const Draw d = draw(0xFEDCBA9876543210, path[i], step[i], 5);
      BOOST_REQUIRE(std::fabs(d.z1 - z1[i]) < 1e-14);
      BOOST_REQUIRE(std::fabs(d.z2 - z2[i]) < 1e-14);
      BOOST_REQUIRE(d.u == u[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(draws_do_not_depend_on_the_lane) {
  std::vector<std::uint64_t> path(192), step(192);
  for (std::size_t i = 0; i < 192; ++i)
    path[i] = i % 61, step[i] = 1000 + i % 61;
  std::vector<double> z1(192), z2(192), u(192);
  draw_lanes(7, 0, 192, path.data(), step.data(), z1.data(), z2.data(), u.data());
  for (std::size_t i = 61; i < 192; ++i)
    BOOST_REQUIRE((z1[i] == z1[i % 61] && z2[i] == z2[i % 61] && u[i] == u[i % 61]));
}

BOOST_AUTO_TEST_CASE(moments_are_those_of_normals_and_uniforms) {
  const Sample s = sample(11, 256, 1000);
  const double root = std::sqrt(static_cast<double>(s.z1.size()));
  for (const auto* z : {&s.z1, &s.z2}) { // variances of z, z², z³, z⁴: 1, 2, 15, 96
    BOOST_TEST(std::fabs(moment(*z, 1)) * root < 4);
    BOOST_TEST(std::fabs(moment(*z, 2) - 1) * root < 4 * std::sqrt(2.0));
    BOOST_TEST(std::fabs(moment(*z, 3)) * root < 4 * std::sqrt(15.0));
    BOOST_TEST(std::fabs(moment(*z, 4) - 3) * root < 4 * std::sqrt(96.0));
  }
  BOOST_TEST(std::fabs(moment(s.u, 1) - 0.5) * root < 4 * std::sqrt(1 / 12.0));
  BOOST_TEST(std::fabs(moment(s.u, 2) - 1 / 3.0) * root < 4 * std::sqrt(4 / 45.0));
}

BOOST_AUTO_TEST_CASE(components_steps_paths_and_seeds_are_uncorrelated) {
  const Sample s = sample(12, 256, 1000), other = sample(13, 256, 1000);
  const double root = std::sqrt(static_cast<double>(s.z1.size()));
  std::vector<double> centred = s.u;
  for (double& u : centred)
    u = std::sqrt(12.0) * (u - 0.5);
  BOOST_TEST(std::fabs(correlation(s.z1, s.z2, 0)) * root < 4);
  BOOST_TEST(std::fabs(correlation(s.z1, centred, 0)) * root < 4);
  BOOST_TEST(std::fabs(correlation(s.z2, centred, 0)) * root < 4);
  BOOST_TEST(std::fabs(correlation(s.z1, s.z1, 1)) * root < 4);   // neighbouring paths
  BOOST_TEST(std::fabs(correlation(s.z1, s.z1, 256)) * root < 4); // neighbouring steps
  BOOST_TEST(std::fabs(correlation(s.z1, s.z2, 256)) * root < 4);
  BOOST_TEST(std::fabs(correlation(s.z1, other.z1, 0)) * root < 4);
  std::vector<double> square1 = s.z1, square2 = s.z2;
  for (auto* v : {&square1, &square2})
    for (double& z : *v)
      z = (z * z - 1) / std::sqrt(2.0);
  BOOST_TEST(std::fabs(correlation(square1, square2, 0)) * root < 4);
  BOOST_TEST(std::fabs(correlation(square1, square1, 256)) * root < 4);
}

BOOST_AUTO_TEST_CASE(distributions_pass_kolmogorov_smirnov) {
  const Sample s = sample(14, 256, 1000);
  BOOST_TEST(kolmogorov_smirnov(s.z1, normal_distribution) < 2.23);
  BOOST_TEST(kolmogorov_smirnov(s.z2, normal_distribution) < 2.23);
  BOOST_TEST(kolmogorov_smirnov(s.u, [](double u) { return u; }) < 2.23);
}

BOOST_AUTO_TEST_CASE(tails_are_those_of_a_normal) {
  const Sample s = sample(15, 256, 4000);
  double beyond = 0;
  for (double z : s.z1)
    beyond += std::fabs(z) > 4;
  const double expected = static_cast<double>(s.z1.size()) * std::erfc(4 / std::sqrt(2.0));
  BOOST_TEST(std::fabs(beyond - expected) < 4 * std::sqrt(expected));
}

BOOST_AUTO_TEST_SUITE_END()
