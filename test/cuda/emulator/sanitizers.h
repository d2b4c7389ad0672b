// What AddressSanitizer must be told when a thread changes its stack. Empty in other builds.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define VMAF_SWITCHES_STACKS __attribute__((no_sanitize_address, noinline))
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#define VMAF_SWITCHES_STACKS
#endif

namespace vmaf::emulator {

/// Kept per fiber; each member is called where its name says.
class SwitchNotes {
 public:
#if defined(__SANITIZE_ADDRESS__)
    static constexpr size_t kStackSize = 256 << 10;

    VMAF_SWITCHES_STACKS void before_enter(const void* stack) {
        __sanitizer_start_switch_fiber(&fake_caller_, stack, kStackSize);
    }
    VMAF_SWITCHES_STACKS void back_from_enter() { __sanitizer_finish_switch_fiber(fake_caller_, nullptr, nullptr); }
    VMAF_SWITCHES_STACKS void before_leave() {
        __sanitizer_start_switch_fiber(&fake_own_, caller_stack_, caller_size_);
    }
    VMAF_SWITCHES_STACKS void back_from_leave() {
        __sanitizer_finish_switch_fiber(fake_own_, &caller_stack_, &caller_size_);
    }
    VMAF_SWITCHES_STACKS void first_entered() {
        __sanitizer_finish_switch_fiber(nullptr, &caller_stack_, &caller_size_);
    }
    void forget(void* stack) { __asan_unpoison_memory_region(stack, kStackSize); }

 private:
    const void* caller_stack_ = nullptr;
    size_t caller_size_ = 0;
    void* fake_own_ = nullptr;
    void* fake_caller_ = nullptr;
#else
    static constexpr size_t kStackSize = 64 << 10;

    void before_enter(const void*) {}
    void back_from_enter() {}
    void before_leave() {}
    void back_from_leave() {}
    void first_entered() {}
    void forget(void*) {}
#endif
};

}  // namespace vmaf::emulator
