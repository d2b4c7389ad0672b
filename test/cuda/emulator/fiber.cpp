// Switches stacks: by a few instructions on x86-64, by ucontext elsewhere; tells AddressSanitizer about it.
#include "fiber.h"

#include <sys/mman.h>

#include <new>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif
#if defined(__SANITIZE_ADDRESS__)
#define VMAF_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VMAF_ASAN 1
#endif
#endif
#ifdef VMAF_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define VMAF_NO_ASAN __attribute__((no_sanitize_address, noinline))
#else
#define VMAF_NO_ASAN
#endif

namespace vmaf::emulator {

namespace {
#ifdef VMAF_ASAN
constexpr size_t kStackSize = 256 << 10;
#else
constexpr size_t kStackSize = 64 << 10;
#endif
constexpr size_t kGuard = 4096;
Fiber* running = nullptr;  // under the emulator's lock
}  // namespace

#if defined(__x86_64__)

extern "C" void vmaf_emulator_switch(void** from, void* to);
asm(R"(
    .text
    .hidden vmaf_emulator_switch
    .globl vmaf_emulator_switch
    .type vmaf_emulator_switch, @function
vmaf_emulator_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size vmaf_emulator_switch, . - vmaf_emulator_switch
)");

struct Fiber::Machine {
    void* own = nullptr;
    void* caller = nullptr;
    char* stack = nullptr;
    const void* caller_stack = nullptr;
    size_t caller_stack_size = 0;
    void* fake_own = nullptr;
    void* fake_caller = nullptr;

    void prepare(void (*entry)()) {
        void** top = reinterpret_cast<void**>(stack + kStackSize);
        *--top = nullptr;  // keeps the stack 16-byte aligned as a call would
        *--top = reinterpret_cast<void*>(entry);
        for (int saved = 0; saved < 6; ++saved) *--top = nullptr;
        own = top;
    }
    void enter() { vmaf_emulator_switch(&caller, own); }
    void leave() { vmaf_emulator_switch(&own, caller); }
};

#else

struct Fiber::Machine {
    ucontext_t own, caller;
    char* stack = nullptr;
    const void* caller_stack = nullptr;
    size_t caller_stack_size = 0;
    void* fake_own = nullptr;
    void* fake_caller = nullptr;

    void prepare(void (*entry)()) {
        getcontext(&own);
        own.uc_stack.ss_sp = stack;
        own.uc_stack.ss_size = kStackSize;
        makecontext(&own, entry, 0);
    }
    void enter() { swapcontext(&caller, &own); }
    void leave() { swapcontext(&own, &caller); }
};

#endif

Fiber::Fiber() : machine_(new Machine) {
    void* memory = mmap(nullptr, kGuard + kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    mprotect(memory, kGuard, PROT_NONE);
    machine_->stack = static_cast<char*>(memory) + kGuard;
    machine_->prepare(&Fiber::loop);
}

Fiber::~Fiber() { munmap(machine_->stack - kGuard, kGuard + kStackSize); }

VMAF_NO_ASAN bool Fiber::run(void (*task)(void*), void* argument) {
    if (!active_) {
        task_ = task;
        argument_ = argument;
        active_ = true;
    }
    running = this;
#ifdef VMAF_ASAN
    __sanitizer_start_switch_fiber(&machine_->fake_caller, machine_->stack, kStackSize);
#endif
    machine_->enter();
#ifdef VMAF_ASAN
    __sanitizer_finish_switch_fiber(machine_->fake_caller, nullptr, nullptr);
#endif
    return !active_;
}

VMAF_NO_ASAN void Fiber::suspend() {
    Fiber& self = *running;
#ifdef VMAF_ASAN
    __sanitizer_start_switch_fiber(&self.machine_->fake_own, self.machine_->caller_stack, self.machine_->caller_stack_size);
#endif
    self.machine_->leave();
#ifdef VMAF_ASAN
    __sanitizer_finish_switch_fiber(self.machine_->fake_own, &self.machine_->caller_stack, &self.machine_->caller_stack_size);
#endif
}

VMAF_NO_ASAN void Fiber::loop() {
    Fiber& self = *running;
#ifdef VMAF_ASAN
    __sanitizer_finish_switch_fiber(nullptr, &self.machine_->caller_stack, &self.machine_->caller_stack_size);
#endif
    for (;;) {
        self.task_(self.argument_);
        self.active_ = false;
        suspend();
    }
}

void Fiber::abandon() {
#ifdef VMAF_ASAN
    __asan_unpoison_memory_region(machine_->stack, kStackSize);
#endif
    active_ = false;
    machine_->prepare(&Fiber::loop);
}

}  // namespace vmaf::emulator
