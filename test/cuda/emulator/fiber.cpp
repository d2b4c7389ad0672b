// Switches stacks: by a few instructions on x86-64, by ucontext elsewhere; tells AddressSanitizer about it.
#include "fiber.h"

#include <sys/mman.h>

#include <new>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif
#include "sanitizers.h"

namespace vmaf::emulator {

namespace {
constexpr size_t kStackSize = SwitchNotes::kStackSize;
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
    SwitchNotes notes;

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
    SwitchNotes notes;

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

VMAF_SWITCHES_STACKS bool Fiber::run(void (*task)(void*), void* argument) {
    if (!active_) {
        task_ = task;
        argument_ = argument;
        active_ = true;
    }
    running = this;
    machine_->notes.before_enter(machine_->stack);
    machine_->enter();
    machine_->notes.back_from_enter();
    return !active_;
}

VMAF_SWITCHES_STACKS void Fiber::suspend() {
    Fiber& self = *running;
    self.machine_->notes.before_leave();
    self.machine_->leave();
    self.machine_->notes.back_from_leave();
}

VMAF_SWITCHES_STACKS void Fiber::loop() {
    Fiber& self = *running;
    self.machine_->notes.first_entered();
    for (;;) {
        self.task_(self.argument_);
        self.active_ = false;
        suspend();
    }
}

void Fiber::abandon() {
    machine_->notes.forget(machine_->stack);
    active_ = false;
    machine_->prepare(&Fiber::loop);
}

}  // namespace vmaf::emulator
