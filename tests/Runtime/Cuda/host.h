// What src/Runtime/Cuda/device.h is for a GPU, for the CPU: the threads of a block run as fibers, each on its own stack, with
// barriers and exchanges that really wait for the others, and shared memory that is exactly as large as the launch asked for.
// driver.cpp runs them.
#pragma once

#include <cmath>

#define KERNEL [[maybe_unused]] static
#define DEVICE static inline
#define MEMBER
#define MOST_THREADS(count)

typedef unsigned int Words __attribute__((vector_size(16)));

// Of the fiber that runs.
namespace host
{
struct Position
{
    int thread, threads, block_x, block_y;
    char* shared;
};

const Position& position();
void synchronize();
double exchange(double value, int bit);
}

DEVICE char* shared_memory() { return host::position().shared; }
DEVICE int thread_index() { return host::position().thread; }
DEVICE int thread_count() { return host::position().threads; }
DEVICE int block_x() { return host::position().block_x; }
DEVICE int block_y() { return host::position().block_y; }
DEVICE void synchronize() { host::synchronize(); }
DEVICE double exchange(double value, int bit) { return host::exchange(value, bit); }
DEVICE double square_root(double value) { return std::sqrt(value); }

// float16 by the arithmetic of float32, as not every compiler has the type.
DEVICE float widen_half(unsigned short bits)
{
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    float magnitude = exponent == 31
        ? (fraction == 0 ? INFINITY : NAN)
        : exponent == 0 ? std::ldexp((float)fraction, -24) : std::ldexp((float)(1024 + fraction), exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

// To the nearest, of two to the even one.
DEVICE unsigned short narrow_half(float value)
{
    unsigned short sign = std::signbit(value) ? 0x8000 : 0;
    float magnitude = std::fabs(value);
    if (std::isnan(value))
    {
        return 0x7fff;
    }

    if (magnitude >= 65520)
    {
        return sign | 0x7c00;
    }

    // In units of the last of eleven bits, or of the smallest number there is, as in 0.
    int exponent;
    std::frexp(magnitude, &exponent);
    int unit = magnitude > 0 && exponent - 11 > -24 ? exponent - 11 : -24;
    int units = (int)std::nearbyint(std::ldexp(magnitude, -unit));
    return sign | (unsigned short)(units + ((unit + 24) << 10));
}
