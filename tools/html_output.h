// What --html needs of a run: notes on the inputs before they are read, the reference's frames as they pass by, the scores in the end.
#pragma once

#include <string>
#include <vector>

#include "input/inputs.h"
#include "options.h"
#include "report/html/html_report.h"
#include "report/scene_cuts.h"

namespace vmaf::tool {

class HtmlOutput {
 public:
    /// Takes notes of the opened inputs. `options` must outlive this.
    HtmlOutput(const Options& options, const Inputs& inputs);
    /// Of a merge: there are scores, and no videos.
    explicit HtmlOutput(const Options& options);

    /// The reference's next frame, before the library gets it.
    void see(const VmafPicture& reference, unsigned frame);

    /// Writes the page to `path`, "-" for standard output. One context for each encode, flushed. Throws ExitError.
    void write(const std::string& path, const std::vector<VmafContext*>& contexts);

 private:
    const Options& options_;
    html::HtmlInput input_;
    SceneCuts cuts_;
    bool sees_ = true;
    unsigned frames_ = 0;  ///< of the reference
};

}  // namespace vmaf::tool
