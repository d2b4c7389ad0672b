// A loop whose counter is a constant in each round, so that arrays indexed by it can live in registers: on a GPU all else
// goes through memory.
#pragma once

#include <type_traits>
#include <utility>

#include "base/host_device.h"

namespace vmaf {

template <class Round, int... i>
VMAF_HD constexpr void unrolled(std::integer_sequence<int, i...>, Round&& round) {
    (round(std::integral_constant<int, i>{}), ...);
}

/// Calls round(i) for i = 0 to kCount - 1 in this order; `i` converts to int, and is a constant.
template <int kCount, class Round>
VMAF_HD constexpr void unrolled(Round&& round) {
    unrolled(std::make_integer_sequence<int, kCount>{}, round);
}

}  // namespace vmaf
