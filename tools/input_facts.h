// What is known of the inputs and what is done to them, in words: for the page of --html and for --params.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "encode.h"
#include "input/inputs.h"

namespace vmaf::tool {

/// Names and values for people, in the order of showing.
using Facts = std::vector<std::pair<std::string, std::string>>;

/// Of opened inputs, before frames are passed over for a range.
Facts reference_facts(const Options& options, const Inputs& inputs);
Facts distorted_facts(const Options& options, const Inputs& inputs, size_t encode);

/// Has the reports of each encode show the facts of the reference and its own under --params, as "reference.codec" and "distorted.codec". Throws
/// ExitError.
void add_report_parameters(Encodes& encodes, const Options& options, const Inputs& inputs);

}  // namespace vmaf::tool
