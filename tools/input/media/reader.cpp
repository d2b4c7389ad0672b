// Media as one more VideoReader: frames stay in the decoder's memory, and go back to it when the library has done with them.
#include <utility>

#include "base/error.h"
#include "base/file_marks.h"
#include "input/foreign_file.h"
#include "input/media/decoder.h"
#include "input/media/frame_format.h"
#include "input/media/media.h"
#include "input/media/surface.h"
#include "input/y4m_reader.h"

namespace vmaf::tool {

namespace {

using namespace std::string_view_literals;

/// body(), with its Error preceded by where it happened.
template <class Body>
auto at_frame(const Demuxer& demuxer, uint64_t frame, Body&& body) {
    try {
        return body();
    } catch (const Error& error) {
        fail(error.code(), demuxer.label(), ": frame ", frame, ": ", error.what());
    }
}

Libav<AVFrame> first_frame(Demuxer& demuxer, Decoder& decoder) {
    auto frame = owned(av_frame_alloc());
    if (!decoder.next(*frame)) fail(EINVAL, demuxer.label(), ": there are no frames in it; is the file whole?");
    return frame;
}

VideoTraits stream_traits(Demuxer& demuxer, const AVFrame& frame) {
    VideoTraits traits = frame_traits(frame);
    traits.of_container = true;
    AVStream& stream = demuxer.stream();
    const AVRational rate = av_guess_frame_rate(&demuxer.container(), &stream, nullptr);
    if (rate.num > 0 && rate.den > 0) {
        traits.frame_rate = av_q2d(rate);
        traits.rate_text = rate.den == 1 ? cat(rate.num) : cat(rate.num, "/", rate.den);
    }
    traits.guessed_rate = demuxer.container().iformat->flags & AVFMT_NOTIMESTAMPS;
    return traits;
}

class MediaReader final : public VideoReader {
 public:
    MediaReader(std::unique_ptr<Demuxer> demuxer, std::unique_ptr<Decoder> decoder, Libav<AVFrame> first,
                const PictureFormat& coded, const MediaChoice& choice)
        : VideoReader(cropped(coded, choice.part)),
          coded_(coded),
          choice_(choice),
          name_(demuxer->name()),
          stop_(demuxer->stop_flag()),
          demuxer_(std::move(demuxer)),
          decoder_(std::move(decoder)),
          traits_(stream_traits(*demuxer_, *first)),
          frame_(std::move(first)) {
        if (choice_.part) crop_frame(*frame_, *choice_.part);
    }

    const std::string& name() const override { return name_; }
    VideoTraits traits() const override { return traits_; }
    std::optional<uint64_t> frames_left() const override {
        const auto all = demuxer_->frames();
        return all ? std::optional(*all > position() ? *all - position() : 0) : std::nullopt;
    }
    std::string loose_end() const override { return {}; }  // it is an error
    void check_first_frame() const override {}
    void stop() override { *stop_ = true; }
    std::unique_ptr<VideoReader> twin() const override { return nullptr; }

    bool frame_begins() override {
        if (frame_) return true;
        if (ended_) return false;
        auto frame = owned(av_frame_alloc());
        ended_ = !decoder_->next(*frame);
        if (ended_) return false;
        at_frame(*demuxer_, decoder_->frames() - 1, [&] {
            check_frame_format(*frame, coded_);
            if (choice_.part) crop_frame(*frame, *choice_.part);
        });
        frame_ = std::move(frame);
        return true;
    }

    bool read(VmafPicture& picture, unsigned planes) override {
        if (!frame_begins()) return false;
        at_frame(*demuxer_, decoder_->frames() - 1, [&] { copy_frame(*frame_, picture, planes); });
        frame_.reset();
        return true;
    }

    bool read_picture(VmafPicture& picture, const PictureFetch&, unsigned planes) override {
        if (!frame_begins()) return false;
        VmafFrame client = client_frame(*frame_, planes);
        if (on_gpu(*frame_)) place_surface(*frame_, client);
        client.release = [](void* frame) { Libav<AVFrame>(static_cast<AVFrame*>(frame)); };
        client.release_data = frame_.get();
        if (const int result = vmaf_picture_wrap(&picture, &client); result < 0)
            at_frame(*demuxer_, decoder_->frames() - 1, [&] { fail(-result, vmaf_last_error()); });
        (void)frame_.release();
        return true;
    }

    bool skip() override {
        const bool begins = frame_begins();
        frame_.reset();
        return begins;
    }

    uint64_t position() const override { return decoder_->frames() - (frame_ ? 1 : 0); }

    void seek(uint64_t frame) override {
        if (frame < position()) rewind();
        VideoReader::seek(frame);
    }

 private:
    /// Opens the file again; without effect if that can't be.
    void rewind() {
        auto demuxer = demuxer_->reopen();
        if (!demuxer) return;
        decoder_ = std::make_unique<Decoder>(*demuxer, choice_.threads, choice_.device);
        demuxer_ = std::move(demuxer);
        frame_.reset();
        ended_ = false;
    }

    const PictureFormat coded_;  ///< of the whole frames
    const MediaChoice choice_;
    const std::string name_;
    const ByteStream::StopFlag stop_;
    std::unique_ptr<Demuxer> demuxer_;
    std::unique_ptr<Decoder> decoder_;
    VideoTraits traits_;
    Libav<AVFrame> frame_;  ///< the next one, once it has been decoded
    bool ended_ = false;
};

/// Ends of names that are no raw video, whatever the options say of the other input.
bool named_as_container(std::string_view name) {
    constexpr std::string_view kEndings[] = {".mp4",  ".m4v", ".mov",  ".mkv", ".webm", ".avi",
                                             ".ivf",  ".flv", ".ogv",  ".ts",  ".m2ts", ".mpg",
                                             ".h264", ".264", ".h265", ".265", ".hevc", ".obu"};
    for (const std::string_view ending : kEndings)
        if (name.ends_with(ending)) return true;
    return false;
}

}  // namespace

bool looks_like_media(ByteStream& stream, bool raw) {
    constexpr size_t kMarkBytes = 16;
    if (raw && !named_as_container(stream.name())) return false;
    stream.has(kMarkBytes);
    const std::string_view start = stream.buffered();
    if (raw) return find_mark(file_marks::kVideos, start) != nullptr;
    if (start.starts_with(kY4mMagic)) return false;
    return !is_never_video(start);
}

std::unique_ptr<VideoReader> open_media(std::unique_ptr<ByteStream> stream, const MediaChoice& choice) {
    auto demuxer = std::make_unique<Demuxer>(std::move(stream), choice);
    auto decoder = std::make_unique<Decoder>(*demuxer, choice.threads, choice.device);
    Libav<AVFrame> first = first_frame(*demuxer, *decoder);
    const PictureFormat format = at_frame(*demuxer, 0, [&] {
        const PictureFormat own = picture_format(*first);
        check_frame_format(*first, own);
        return own;
    });
    return std::make_unique<MediaReader>(std::move(demuxer), std::move(decoder), std::move(first), format, choice);
}

std::string media_words() {
    const auto version = [](unsigned v) {
        return cat(AV_VERSION_MAJOR(v), ".", AV_VERSION_MINOR(v), ".", AV_VERSION_MICRO(v));
    };
    return cat("libavformat ", version(avformat_version()), ", libavcodec ", version(avcodec_version()));
}

}  // namespace vmaf::tool
