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

DEVICE float widen_half(unsigned short bits)
{
    _Float16 half;
    __builtin_memcpy(&half, &bits, sizeof half);
    return half;
}

DEVICE unsigned short narrow_half(float value)
{
    _Float16 half = value;
    unsigned short bits;
    __builtin_memcpy(&bits, &half, sizeof bits);
    return bits;
}
