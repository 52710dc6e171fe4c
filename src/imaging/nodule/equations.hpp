#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "nodule_model.hpp"

namespace nodtrack::imaging {

/// Lower triangle of the normal equations, in single precision for speed, poured into double now and then.
class Equations {
  public:
    explicit Equations(std::size_t count) : count_(count) {}

    void add(const std::array<float, most_parameters>& slope, float weight, float residual)
    {
        for (std::size_t i = 0; i < count_; ++i) {
            const float weighted = weight * slope[i];
            if (weighted == 0.0F) continue;
            float* row = normal_.data() + i * most_parameters;
            const std::size_t width = i / 4 * 4 + 4;
            for (std::size_t j = 0; j < width; ++j)
                row[j] += weighted * slope[j];
            right_[i] += weighted * residual;
        }
        if (++taken_ == 256) pour();
    }

    void pour()
    {
        for (std::size_t i = 0; i < count_; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                total_[i * most_parameters + j] += static_cast<double>(normal_[i * most_parameters + j]);
            }
            total_right_[i] += static_cast<double>(right_[i]);
        }
        normal_.fill(0);
        right_.fill(0);
        taken_ = 0;
    }

    void finish(std::vector<double>& normal, std::vector<double>& right)
    {
        pour();
        normal.assign(count_ * count_, 0);
        right.assign(total_right_.begin(), total_right_.begin() + static_cast<std::ptrdiff_t>(count_));
        for (std::size_t i = 0; i < count_; ++i) {
            for (std::size_t j = 0; j <= i; ++j)
                normal[i * count_ + j] = normal[j * count_ + i] = total_[i * most_parameters + j];
        }
    }

  private:
    std::size_t count_;
    int taken_ = 0;
    alignas(16) std::array<float, most_parameters * most_parameters> normal_{};
    std::array<float, most_parameters> right_{};
    std::array<double, most_parameters * most_parameters> total_{};
    std::array<double, most_parameters> total_right_{};
};

/// Cholesky's factor in the lower triangle; false where the matrix is not positive.
inline bool factorise(std::vector<double>& m, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double s = m[i * n + j];
            for (std::size_t k = 0; k < j; ++k)
                s -= m[i * n + k] * m[j * n + k];
            if (i != j) {
                m[i * n + j] = s / m[j * n + j];
            } else if (s > 0) {
                m[i * n + i] = std::sqrt(s);
            } else {
                return false;
            }
        }
    }
    return true;
}

inline std::vector<double> solution(const std::vector<double>& factor, std::vector<double> b)
{
    const std::size_t n = b.size();
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            b[i] -= factor[i * n + k] * b[k];
        b[i] /= factor[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k)
            b[i] -= factor[k * n + i] * b[k];
        b[i] /= factor[i * n + i];
    }
    return b;
}

}  // namespace nodtrack::imaging
