// Which sanitizer a test was built with.
#pragma once

#if defined(__has_feature)  // clang's way of saying it
#if __has_feature(address_sanitizer)
#define VMAF_TEST_ADDRESS_SANITIZER true
#elif __has_feature(thread_sanitizer)
#define VMAF_TEST_THREAD_SANITIZER true
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define VMAF_TEST_ADDRESS_SANITIZER true
#elif defined(__SANITIZE_THREAD__)
#define VMAF_TEST_THREAD_SANITIZER true
#endif
#if !defined(VMAF_TEST_ADDRESS_SANITIZER)
#define VMAF_TEST_ADDRESS_SANITIZER false
#endif
#if !defined(VMAF_TEST_THREAD_SANITIZER)
#define VMAF_TEST_THREAD_SANITIZER false
#endif

namespace vmaf::test {

inline constexpr bool kAddressSanitizer = VMAF_TEST_ADDRESS_SANITIZER, kThreadSanitizer = VMAF_TEST_THREAD_SANITIZER;

/// Tests that do one thing again and again, with other contents or at other moments, do it less often there: a stray read or an undefined
/// operation shows early, and the release build covers the rest.
inline constexpr bool kSanitized = kAddressSanitizer || kThreadSanitizer;

}  // namespace vmaf::test
