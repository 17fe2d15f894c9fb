// The functions of CUDA's driver that CudaDriver.cs calls, which run the kernels on the CPU, on memory of the CPU. A launch
// returns when it is done. What a kernel must not do ends the process with a message: threads that wait for each other for
// ever, an exchange that not all threads of a warp take part in, a value of the result that no block writes, or two.

#include "host.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <ucontext.h>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace float32 {
#define ELEMENT Float32
#include "patch_batch_norm.cu"
constexpr int element_size = sizeof(ELEMENT::Element);
#undef ELEMENT
}

namespace float16 {
#define ELEMENT Float16
#include "patch_batch_norm.cu"
constexpr int element_size = sizeof(ELEMENT::Element);
#undef ELEMENT
}

namespace bfloat16 {
#define ELEMENT BFloat16
#include "patch_batch_norm.cu"
constexpr int element_size = sizeof(ELEMENT::Element);
#undef ELEMENT
}

namespace
{
// --- Kernels --------------------------------------------------------------------------------------------------------

struct Kernel
{
    const char* name;
    int most_threads;
    int element_size;
    void (*run)(const void* arguments);

    bool is_any_of(std::initializer_list<const char*> what) const
    {
        return std::any_of(what.begin(), what.end(), [&](const char* part) { return std::strstr(name, part); });
    }
};

template <class Arguments, void (*KERNEL_FUNCTION)(Arguments)> void run(const void* arguments)
{
    KERNEL_FUNCTION(*(const Arguments*)arguments);
}

#define ENTRY(SPACE, NAME, THREADS) {#NAME, THREADS, SPACE::element_size, run<SPACE::Arguments, SPACE::NAME>}
#define ENTRIES(SPACE, TYPE) \
    ENTRY(SPACE, pbn_conclude_moments_##TYPE, 256), \
    ENTRY(SPACE, pbn_conclude_products_##TYPE, 256), \
    ENTRY(SPACE, pbn_moments_vectors_##TYPE, 256), \
    ENTRY(SPACE, pbn_normalize_vectors_##TYPE, 256), \
    ENTRY(SPACE, pbn_products_vectors_##TYPE, 256), \
    ENTRY(SPACE, pbn_gradient_vectors_##TYPE, 256), \
    ENTRY(SPACE, pbn_moments_elements_##TYPE, 256), \
    ENTRY(SPACE, pbn_normalize_elements_##TYPE, 256), \
    ENTRY(SPACE, pbn_products_elements_##TYPE, 256), \
    ENTRY(SPACE, pbn_gradient_elements_##TYPE, 256), \
    ENTRY(SPACE, pbn_forward_on_chip_vectors_##TYPE, 512), \
    ENTRY(SPACE, pbn_backward_on_chip_vectors_##TYPE, 512)

const Kernel kernels[] = {ENTRIES(float32, Float32), ENTRIES(float16, Float16), ENTRIES(bfloat16, BFloat16)};

[[noreturn]] void fail(const char* kernel, const char* what)
{
    std::fprintf(stderr, "%s: %s\n", kernel, what);
    std::abort();
}

// --- What blocks write ----------------------------------------------------------------------------------------------

// Gives each block a result of its own, of values that no kernel computes, and puts together what they write.
class Result
{
public:
    Result(const Kernel& kernel, const void* arguments) : kernel_(kernel), size_(kernel.element_size)
    {
        const auto& a = *(const float32::Arguments*)arguments;
        result_ = (char*)a.result;

        // With the channels of this launch alone.
        for (long long i = 0; i < (long long)a.images * a.channels * a.height * a.width; i++)
        {
            long long channel = a.channels_last ? i % a.channels : i / ((long long)a.height * a.width) % a.channels;
            if (channel >= a.first_channel && channel < a.end_channel)
            {
                expected_.push_back(i);
            }
            else
            {
                others_.push_back(i);
            }
        }

        after_.assign(result_, result_ + (expected_.size() + others_.size()) * size_);
        is_written_.resize(expected_.size() + others_.size());
    }

    void begin_block()
    {
        for (size_t i = 0; i < after_.size(); i++)
        {
            result_[i] = (char)(i % 2 == 0 ? 0xa5 : 0xff);
        }
    }

    void end_block()
    {
        for (size_t i = 0; i < is_written_.size(); i++)
        {
            static const unsigned char nothing[] = {0xa5, 0xff, 0xa5, 0xff};
            if (std::memcmp(result_ + i * size_, nothing, size_) != 0)
            {
                if (is_written_[i])
                {
                    fail(kernel_.name, "two blocks write the same value");
                }

                is_written_[i] = true;
                std::memcpy(&after_[i * size_], result_ + i * size_, size_);
            }
        }
    }

    void end()
    {
        std::memcpy(result_, after_.data(), after_.size());
        for (long long i : expected_)
        {
            if (!is_written_[i])
            {
                fail(kernel_.name, "no block writes a value");
            }
        }

        for (long long i : others_)
        {
            if (is_written_[i])
            {
                fail(kernel_.name, "a block writes a channel of another launch");
            }
        }
    }

    // As a GPU might that computes something else.
    void spoil() { result_[0] = (char)~result_[0], result_[1] = (char)~result_[1]; }

private:
    const Kernel& kernel_;
    const size_t size_;
    char* result_;
    std::vector<long long> expected_, others_;
    std::vector<char> after_;
    std::vector<bool> is_written_;
};

// --- Blocks ---------------------------------------------------------------------------------------------------------

constexpr int warp_size = 32, most_threads = 512, most_shared = 227 * 1024;
constexpr size_t stack_size = 128 * 1024;

enum class State { ready, at_barrier, at_exchange, done };

struct Fiber
{
    ucontext_t context;
    std::unique_ptr<char[]> stack;
    host::Position position;
    State state;
    int exchanges;
    double values[2];  // what it offers in this exchange, and in the one before
    void* sanitizer;
};

// Runs blocks one after the other, each thread until it waits. The order of threads changes from turn to turn, and that of
// blocks from launch to launch: where a barrier is missing, or a block counts on another, some order shows it.
class Runner
{
public:
    void launch(const Kernel& kernel, int grid_x, int grid_y, int threads, int shared, const void* arguments)
    {
        kernel_ = &kernel;
        arguments_ = arguments;
        while ((int)fibers_.size() < threads)
        {
            fibers_.push_back(std::make_unique<Fiber>());
            fibers_.back()->stack.reset(new char[stack_size]);
        }

        std::optional<Result> result;
        if (kernel.is_any_of({"normalize", "gradient", "on_chip"}))
        {
            result.emplace(kernel, arguments);
        }

        launches_++;
        for (int i = 0; i < grid_x * grid_y; i++)
        {
            int block = launches_ % 2 == 0 ? i : grid_x * grid_y - 1 - i;

            // Not initialized on a GPU: here each number in it is none.
            std::unique_ptr<char[]> memory(new char[shared]);
            std::memset(memory.get(), 0xff, shared);
            if (result)
            {
                result->begin_block();
            }

            run_block(block % grid_x, block / grid_x, threads, memory.get());
            if (result)
            {
                result->end_block();
            }
        }

        if (result)
        {
            result->end();
            if (is_spoilt)
            {
                result->spoil();
            }
        }
    }

    bool is_spoilt = false;

    Fiber& current() { return *current_; }

    void wait(State state)
    {
        current_->state = state;
        to_runner();
    }

    double exchange(double value, int bit)
    {
        // Two values, as a thread may be at its next exchange before others have looked at this one.
        int which = current_->exchanges++ % 2, other = current_->position.thread ^ bit;
        current_->values[which] = value;
        wait(State::at_exchange);
        return fibers_[other]->values[which];
    }

private:
    void run_block(int x, int y, int threads, char* shared)
    {
        for (int i = 0; i < threads; i++)
        {
            Fiber& fiber = *fibers_[i];
            fiber.position = {i, threads, x, y, shared};
            fiber.state = State::ready;
            fiber.exchanges = 0;
            fiber.sanitizer = nullptr;
            getcontext(&fiber.context);
            fiber.context.uc_stack.ss_sp = fiber.stack.get();
            fiber.context.uc_stack.ss_size = stack_size;
            fiber.context.uc_link = nullptr;
            makecontext(&fiber.context, enter, 0);
        }

        for (int turn = 0; count(threads, State::done) < threads; turn++)
        {
            int from = turn * 37 % threads;
            for (int i = 0; i < threads; i++)
            {
                int number = turn % 2 == 0 ? (from + i) % threads : (from + threads - i) % threads;
                if (fibers_[number]->state == State::ready)
                {
                    to_fiber(*fibers_[number]);
                }
            }

            release(threads);
        }
    }

    // Lets those go on whom all have come to.
    void release(int threads)
    {
        bool any = false;
        for (int warp = 0; warp < threads; warp += warp_size)
        {
            int waiting = 0;
            for (int i = warp; i < warp + warp_size; i++)
            {
                waiting += fibers_[i]->state == State::at_exchange;
            }

            if (waiting == warp_size)
            {
                set_ready(warp, warp + warp_size);
                any = true;
            }
        }

        if (any || count(threads, State::done) == threads)
        {
            return;
        }

        if (count(threads, State::at_barrier) < threads)
        {
            fail(kernel_->name, "threads wait for others that do not come");
        }

        set_ready(0, threads);
    }

    void set_ready(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            fibers_[i]->state = State::ready;
        }
    }

    int count(int threads, State state) const
    {
        int count = 0;
        for (int i = 0; i < threads; i++)
        {
            count += fibers_[i]->state == state;
        }

        return count;
    }

    static void enter();

    void to_fiber(Fiber& fiber)
    {
        current_ = &fiber;
#ifdef __SANITIZE_ADDRESS__
        void* own;
        __sanitizer_start_switch_fiber(&own, fiber.stack.get(), stack_size);
        swapcontext(&context_, &fiber.context);
        __sanitizer_finish_switch_fiber(own, nullptr, nullptr);
#else
        swapcontext(&context_, &fiber.context);
#endif
    }

    void to_runner()
    {
        Fiber& fiber = *current_;
#ifdef __SANITIZE_ADDRESS__
        __sanitizer_start_switch_fiber(fiber.state == State::done ? nullptr : &fiber.sanitizer, stack_, stack_bytes_);
        swapcontext(&fiber.context, &context_);
        __sanitizer_finish_switch_fiber(fiber.sanitizer, &stack_, &stack_bytes_);
#else
        swapcontext(&fiber.context, &context_);
#endif
    }

    std::vector<std::unique_ptr<Fiber>> fibers_;
    const Kernel* kernel_ = nullptr;
    const void* arguments_ = nullptr;
    Fiber* current_ = nullptr;
    int launches_ = 0;
    ucontext_t context_;
    [[maybe_unused]] const void* stack_ = nullptr;
    [[maybe_unused]] size_t stack_bytes_ = 0;
};

thread_local Runner runner;

void Runner::enter()
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(nullptr, &runner.stack_, &runner.stack_bytes_);
#endif
    runner.kernel_->run(runner.arguments_);
    runner.wait(State::done);
}
}

const host::Position& host::position() { return runner.current().position; }
void host::synchronize() { runner.wait(State::at_barrier); }
double host::exchange(double value, int bit) { return runner.exchange(value, bit); }

// --- The driver -----------------------------------------------------------------------------------------------------

enum Result { success = 0, invalid_value = 1, invalid_ptx = 218, not_found = 500 };

extern "C"
{
// Whether what this thread launches from now on spoils a value of each result.
void host_spoil(int is_spoilt) { runner.is_spoilt = is_spoilt; }

int cuInit(unsigned int) { return success; }

int cuGetErrorString(int, const char** text)
{
    *text = "an error of the host's driver";
    return success;
}

int cuDeviceGet(int* device, int ordinal)
{
    *device = ordinal;
    return success;
}

int cuDeviceGetAttribute(int* value, int attribute, int)
{
    switch (attribute)
    {
        case 16: *value = 2; return success;               // multiprocessors
        case 36: *value = 1000; return success;            // memory clock, kHz
        case 37: *value = 64; return success;              // bits of the memory bus
        case 38: *value = 1 << 20; return success;         // bytes of L2 cache
        case 97: *value = most_shared; return success;     // most shared memory of a block
        default: return invalid_value;
    }
}

int cuDevicePrimaryCtxRetain(void** context, int)
{
    *context = nullptr;
    return success;
}

int cuCtxPushCurrent_v2(void*) { return success; }
int cuCtxPopCurrent_v2(void**) { return success; }

// A module is the text of its PTX. The options are a buffer for what there is to say of it, and its size.
int cuModuleLoadDataEx(void** module, const void* image, unsigned int count, const int* options, void** values)
{
    if (count != 2 || options[0] != 5 || options[1] != 6)
    {
        return invalid_value;
    }

    if (!std::strstr((const char*)image, ".entry "))
    {
        std::snprintf((char*)values[0], (size_t)values[1], "there is no entry");
        return invalid_ptx;
    }

    *module = new std::string((const char*)image);
    return success;
}

int cuModuleGetFunction(void** function, void* module, const char* name)
{
    const std::string& text = *(const std::string*)module;
    for (const Kernel& kernel : kernels)
    {
        if (std::strcmp(kernel.name, name) == 0 && text.find(".entry " + std::string(name) + "(") != std::string::npos)
        {
            *function = (void*)&kernel;
            return success;
        }
    }

    return not_found;
}

int cuFuncSetAttribute(void*, int attribute, int value)
{
    return (attribute == 8 && value <= most_shared) || (attribute == 9 && value <= 100) ? success : invalid_value;
}

int cuLaunchKernel(
    void* function,
    unsigned int grid_x,
    unsigned int grid_y,
    unsigned int grid_z,
    unsigned int block_x,
    unsigned int block_y,
    unsigned int block_z,
    unsigned int shared,
    void*,
    void** parameters,
    void**)
{
    const Kernel& kernel = *(const Kernel*)function;
    bool fits = grid_x > 0 && grid_y > 0 && grid_y < 65536 && grid_z == 1 && block_x > 0 && block_x % warp_size == 0
        && (int)block_x <= kernel.most_threads && block_y == 1 && block_z == 1 && shared <= most_shared;
    if (!fits)
    {
        return invalid_value;
    }

    runner.launch(kernel, grid_x, grid_y, block_x, shared, parameters[0]);
    return success;
}

int cuMemcpyHtoDAsync_v2(void* device, const void* host, size_t bytes, void*)
{
    std::memcpy(device, host, bytes);
    return success;
}
}
