// Reads frames of one format and delivers them in another. Several readers take turns at one video, and convert side by side.
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/error.h"
#include "input/convert/aligned_picture.h"
#include "input/convert/converter.h"

namespace vmaf::tool {

namespace {

/// A video that several readers share, each of which reads some of its frames; all frames of it are read by one of them.
class SharedVideo {
 public:
    explicit SharedVideo(std::unique_ptr<VideoReader> reader) : reader_(std::move(reader)) {}

    /// For the one whose turn it is, and while nobody reads.
    VideoReader& reader() { return *reader_; }

    /// Waits until frame `frame` is the next one. False if the video ended before, or reading is to stop.
    bool wait_for(uint64_t frame) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || (open_ && next_ == frame); });
        return !ended_;
    }
    /// Gives the turn to the reader of frame `next`.
    void pass_on(uint64_t next) {
        change([&] { open_ = true, next_ = next; });
    }
    void end() {
        change([&] { ended_ = true; });
    }

 private:
    template <class Change>
    void change(Change&& change) {
        {
            const std::lock_guard lock(mutex_);
            change();
        }
        changed_.notify_all();
    }

    std::unique_ptr<VideoReader> reader_;
    std::mutex mutex_;
    std::condition_variable changed_;
    uint64_t next_ = 0;
    bool open_ = false;  ///< frames are read in turns, and no longer passed over
    bool ended_ = false;
};

class ConvertedReader final : public VideoReader {
 public:
    ConvertedReader(std::shared_ptr<SharedVideo> video, const Conversion& conversion, bool first)
        : VideoReader(conversion.to), video_(std::move(video)), conversion_(conversion), first_(first) {}

    const std::string& name() const override { return inner().name(); }
    VideoTraits traits() const override { return inner().traits(); }
    std::optional<uint64_t> frames_left() const override { return inner().frames_left(); }
    std::string loose_end() const override { return inner().loose_end(); }
    void check_first_frame() const override { inner().check_first_frame(); }
    uint64_t position() const override { return moves_video() ? inner().position() : position_; }
    bool shares_work() const override { return true; }

    void stop() override {
        inner().stop();
        video_->end();
    }

    std::unique_ptr<VideoReader> twin() const override {
        auto twin = std::make_unique<ConvertedReader>(video_, conversion_, false);
        twin->position_ = inner().position();
        return twin;
    }

    bool skip() override {
        if (moves_video()) return inner().skip();
        position_++;
        return true;
    }

    void seek(uint64_t frame) override {
        if (moves_video()) return inner().seek(frame);
        position_ = frame;
    }

    bool frame_begins() override {
        if (alone()) return inner().frame_begins();
        if (moves_video()) {
            position_ = inner().position();
            video_->pass_on(position_);
            turns_begun_ = true;
        }
        if (!video_->wait_for(position_)) return false;
        return at_turn([&] { return inner().frame_begins(); });
    }

    std::optional<double> frame_time() const override { return inner().frame_time(); }

    bool read(VmafPicture& picture, unsigned planes) override {
        if (!frame_begins()) return false;
        prepare(planes);
        if (!at_turn([&] { return inner().read(in_->view(), converter_->planes_read()); })) return false;
        if (!alone()) video_->pass_on(++position_);
        converter_->run(in_->view(), picture);
        return true;
    }

 private:
    VideoReader& inner() const { return video_->reader(); }
    /// True without twins, which then will not come either.
    bool alone() const { return video_.use_count() == 1; }
    /// True as long as this reader decides which frame of the video comes next, whatever twins do.
    bool moves_video() const { return alone() || (first_ && !turns_begun_); }

    /// body(), whose failure or false ends the video for all.
    template <class Body>
    bool at_turn(Body&& body) {
        if (alone()) return body();
        try {
            if (body()) return true;
        } catch (...) {
            video_->end();
            throw;
        }
        video_->end();
        return false;
    }

    void prepare(unsigned planes) {
        if (converter_) return;
        converter_ = make_converter(inner().format(), conversion_, planes);
        in_.emplace(inner().format(), converter_->planes_read());
    }

    std::shared_ptr<SharedVideo> video_;
    const Conversion conversion_;
    const bool first_;  ///< passes over the frames before those that the readers share
    bool turns_begun_ = false;
    uint64_t position_ = 0;
    std::unique_ptr<Converter> converter_;
    std::optional<AlignedPicture> in_;
};

}  // namespace

std::string name_of(Resampling resampling) {
    switch (resampling) {
        case Resampling::kBicubic: return "bicubic";
        case Resampling::kLanczos: return "lanczos";
        case Resampling::kBilinear: return "bilinear";
        default: return "none";
    }
}

std::unique_ptr<VideoReader> convert(std::unique_ptr<VideoReader> inner, const Conversion& conversion) {
    make_converter(inner->format(), conversion, 7);  // throws now what it would for the first frame
    return std::make_unique<ConvertedReader>(std::make_shared<SharedVideo>(std::move(inner)), conversion, true);
}

}  // namespace vmaf::tool
