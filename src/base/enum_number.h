// Enumerations as clients pass them: any number may stand where C++ expects one of the enumerators.
#pragma once

#include <cstring>

namespace vmaf {

/// The number in `value`, which need not be an enumerator's.
template <class Enum>
int enum_number(const Enum& value) noexcept {
    static_assert(sizeof(Enum) == sizeof(int));
    int number;
    std::memcpy(&number, &value, sizeof number);
    return number;
}

}  // namespace vmaf
