// One frame of the reference and of each encode that has it.
#pragma once

#include <vector>

#include "encode.h"

namespace vmaf::tool {

/// Owns the pictures.
class PairedFrame {
 public:
    PairedFrame() = default;
    ~PairedFrame() { clear(); }
    PairedFrame(const PairedFrame&) = delete;
    PairedFrame& operator=(const PairedFrame&) = delete;

    VmafPicture reference = {};

    /// Takes the encode's picture over.
    void add(Encode& encode, const VmafPicture& distorted);
    size_t pairs() const { return encodes_.size(); }
    /// Hands the pictures to the encodes' scorers, as their frame `index`. Throws ExitError.
    void read(unsigned index, const Options& options);
    /// Gives back what was not read.
    void clear();

 private:
    int hand_over(unsigned index);

    std::vector<VmafPicture> distorted_;
    std::vector<Encode*> encodes_;
};

}  // namespace vmaf::tool
