// What the kernels need of CUDA, for clang without a CUDA SDK. tests/Runtime/Cuda/host.h is the same for the CPU.
#pragma once

#define KERNEL extern "C" __attribute__((global))
#define DEVICE static __attribute__((device, always_inline))
#define MEMBER __attribute__((device, always_inline))
#define MOST_THREADS(count) __attribute__((launch_bounds(count)))

// One load or store of 16 bytes.
typedef unsigned int Words __attribute__((vector_size(16)));

// The shared memory of a block, as large as its launch asks for.
extern __attribute__((shared, aligned(16))) char block_memory[];

DEVICE char* shared_memory() { return block_memory; }

DEVICE int thread_index() { return __nvvm_read_ptx_sreg_tid_x(); }
DEVICE int thread_count() { return __nvvm_read_ptx_sreg_ntid_x(); }
DEVICE int block_x() { return __nvvm_read_ptx_sreg_ctaid_x(); }
DEVICE int block_y() { return __nvvm_read_ptx_sreg_ctaid_y(); }

// Waits for all threads of the block; what they wrote is then seen by all of them.
DEVICE void synchronize() { __syncthreads(); }

// The value of the thread of the warp whose number differs in one bit. All 32 threads call it.
DEVICE double exchange(double value, int bit)
{
    union { double value; int words[2]; } both = {value};
    both.words[0] = __nvvm_shfl_sync_bfly_i32(0xffffffff, both.words[0], bit, 31);
    both.words[1] = __nvvm_shfl_sync_bfly_i32(0xffffffff, both.words[1], bit, 31);
    return both.value;
}

DEVICE double square_root(double value) { return __nvvm_sqrt_rn_d(value); }

DEVICE float widen_half(unsigned short bits)
{
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
    return value;
}

// To the nearest, of two to the even one.
DEVICE unsigned short narrow_half(float value)
{
    unsigned short bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
    return bits;
}
