#include "star.hpp"

namespace nodtrack::imaging {

void harmonics(const Vector3& direction, StarDetail detail, std::array<double, most_harmonics>& v)
{
    const double x = direction[0];
    const double y = direction[1];
    const double z = direction[2];
    v[0] = 1;
    if (detail == StarDetail::ball) return;

    constexpr double root5 = 2.23606797749979;
    constexpr double root15 = 3.872983346207417;
    v[1] = root15 * x * y;
    v[2] = root15 * y * z;
    v[3] = root5 / 2 * (3 * z * z - 1);
    v[4] = root15 * x * z;
    v[5] = root15 / 2 * (x * x - y * y);
    if (detail == StarDetail::ellipsoid) return;

    constexpr double root35_8 = 2.091650066335189;
    constexpr double root105 = 10.246950765959598;
    constexpr double root21_8 = 1.620185174601965;
    constexpr double root7 = 2.6457513110645907;
    v[6] = root35_8 * y * (3 * x * x - y * y);
    v[7] = root105 * x * y * z;
    v[8] = root21_8 * y * (5 * z * z - 1);
    v[9] = root7 / 2 * z * (5 * z * z - 3);
    v[10] = root21_8 * x * (5 * z * z - 1);
    v[11] = root105 / 2 * (x * x - y * y) * z;
    v[12] = root35_8 * x * (x * x - 3 * y * y);

    constexpr double root315 = 17.74823934929885;
    constexpr double root315_8 = 6.274950199005566;
    constexpr double root45 = 6.708203932499369;
    constexpr double root45_8 = 2.3717082451262845;
    v[13] = root315 / 2 * x * y * (x * x - y * y);
    v[14] = root315_8 * y * z * (3 * x * x - y * y);
    v[15] = root45 / 2 * x * y * (7 * z * z - 1);
    v[16] = root45_8 * y * z * (7 * z * z - 3);
    v[17] = 3.0 / 8 * (35 * z * z * z * z - 30 * z * z + 3);
    v[18] = root45_8 * x * z * (7 * z * z - 3);
    v[19] = root45 / 4 * (x * x - y * y) * (7 * z * z - 1);
    v[20] = root315_8 * x * z * (x * x - 3 * y * y);
    v[21] = root315 / 8 * (x * x * (x * x - 3 * y * y) - y * y * (3 * x * x - y * y));
}

double StarShape::radius_mm(const Vector3& direction) const
{
    std::array<double, most_harmonics> values{};
    harmonics(direction, detail, values);
    double logarithm = 0;
    for (std::size_t i = 0; i < terms(); ++i)
        logarithm += coefficients[i] * values[i];
    return std::exp(logarithm);
}

double StarShape::share(const Vector3& place) const
{
    const Vector3 from = difference(place, center);
    const double far = length(from);
    if (far < 1e-9) return 0;
    return far / radius_mm(scaled(from, 1 / far));
}

}  // namespace nodtrack::imaging
