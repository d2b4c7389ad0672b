// Media as one more VideoReader: frames stay in the decoder's memory, and go back to it when the library has done with them.
extern "C" {
#include <libavutil/imgutils.h>
}

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/file_marks.h"
#include "input/foreign_file.h"
#include "input/media/decoder.h"
#include "input/media/frame_format.h"
#include "input/media/keyframe_index.h"
#include "input/media/media.h"
#include "input/media/parallel_decoder.h"
#include "input/media/surface.h"
#include "input/y4m_reader.h"
#include "nvdec.h"
#include "standard_streams.h"

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

/// Bytes of a decoded frame, as far as the container tells.
uint64_t frame_bytes(const Demuxer& demuxer) {
    const AVCodecParameters& parameters = *demuxer.stream().codecpar;
    const int bytes =
        av_image_get_buffer_size(static_cast<AVPixelFormat>(parameters.format), parameters.width, parameters.height, 1);
    constexpr uint64_t kUnknown = 32 << 20;
    return bytes > 0 ? static_cast<uint64_t>(bytes) : kUnknown;
}

/// Shares the GPU with the other inputs and the scoring: of the memory that is free, frames that wait may fill a half in all, and the decoders' own
/// surfaces a quarter. One decoder more than there are engines keeps them busy; each takes the driver a tenth of a second to make, one after the other.
DecodingPlan plan_on_gpu(const Demuxer& demuxer, const MediaChoice& choice) {
    constexpr uint64_t kSurfaces = 32;  // of a decoder, at most
    const uint64_t frame = frame_bytes(demuxer);
    DecodingRoom room;
    try {
        room = decoding_room(*choice.device);
    } catch (const Error&) {
        // Opening the decoder tells it.
    }
    const auto most =
        static_cast<unsigned>(std::clamp<uint64_t>(room.free_bytes / 4 / choice.inputs / (kSurfaces * frame), 1, 64));
    const unsigned share = std::min(room.engines, (room.engines + choice.inputs) / choice.inputs);
    const unsigned sessions = choice.sessions ? *choice.sessions : std::clamp(share, 1u, most);
    return {sessions, choice.threads, choice.device, room.free_bytes / 2 / choice.inputs / frame};
}

DecodingPlan plan_decoding(const Demuxer& demuxer, const MediaChoice& choice) {
    if (choice.device) return plan_on_gpu(demuxer, choice);
    constexpr uint64_t kBytes = 512 << 20;
    const unsigned sessions = choice.sessions.value_or(1);
    return {sessions, std::max(choice.threads / sessions, 1u), {}, kBytes / frame_bytes(demuxer)};
}

/// Frames of `demuxer` from where it stands, which is its beginning, or a start that shows frame `start_frame`.
std::unique_ptr<FrameStream> open_frames(Demuxer& demuxer, const DecodingPlan& plan,
                                         std::optional<uint64_t> start_frame = {}) {
    if (plan.sessions > 1) return std::make_unique<ParallelDecoder>(demuxer, plan, start_frame);
    PacketSource packets = [&demuxer](AVPacket& packet, uint64_t&) { return demuxer.read(packet); };
    if (start_frame) {
        auto finder = std::make_shared<AccessFinder>(*demuxer.stream().codecpar, true);
        packets = [&demuxer, finder](AVPacket& packet, uint64_t&) {
            while (demuxer.read(packet))
                if (finder->next(packet) != Access::kLeading || !finder->behind_first()) return true;
            return false;
        };
    }
    return std::make_unique<Decoder>(demuxer, std::move(packets), start_frame.value_or(0), plan.threads, plan.device);
}

Libav<AVFrame> first_frame(const Demuxer& demuxer, FrameStream& frames) {
    auto frame = owned(av_frame_alloc());
    if (!frames.next(*frame)) fail(EINVAL, demuxer.label(), ": there are no frames in it; is the file whole?");
    return frame;
}

VideoTraits stream_traits(const Demuxer& demuxer, const AVFrame& frame) {
    VideoTraits traits = frame_traits(frame);
    traits.of_container = true;
    traits.codec = avcodec_get_name(demuxer.stream().codecpar->codec_id);
    traits.of_gpu = on_gpu(frame);
    const AVRational rate = demuxer.frame_rate();
    if (rate.num > 0 && rate.den > 0) {
        traits.frame_rate = av_q2d(rate);
        traits.rate_text = rate.den == 1 ? cat(rate.num) : cat(rate.num, "/", rate.den);
    }
    traits.guessed_rate = demuxer.is_bare();
    traits.duration = demuxer.duration();
    return traits;
}

class MediaReader final : public VideoReader {
 public:
    /// `origin`: the input at its beginning; null if it can be read only once.
    MediaReader(std::unique_ptr<ByteStream> origin, std::unique_ptr<Demuxer> demuxer,
                std::unique_ptr<FrameStream> frames, Libav<AVFrame> first, const PictureFormat& coded,
                const std::optional<Rectangle>& part, const DecodingPlan& plan, const std::string& keyframes)
        : VideoReader(cropped(coded, part)),
          coded_(coded),
          part_(part),
          origin_(std::move(origin)),
          plan_(plan),
          keyframes_(keyframes),
          name_(demuxer->name()),
          stop_(demuxer->stop_flag()),
          demuxer_(std::move(demuxer)),
          frames_(std::move(frames)),
          traits_(stream_traits(*demuxer_, *first)),
          frame_(std::move(first)) {
        if (part_) crop_frame(*frame_, *part_);
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
        ended_ = !frames_->next(*frame);
        if (ended_) return false;
        at_frame(*demuxer_, frames_->frames() - 1, [&] {
            check_frame_format(*frame, coded_);
            if (part_) crop_frame(*frame, *part_);
        });
        frame_ = std::move(frame);
        return true;
    }

    std::optional<double> frame_time() const override {
        if (!frame_ || traits_.guessed_rate || frame_->best_effort_timestamp == AV_NOPTS_VALUE) return std::nullopt;
        return static_cast<double>(frame_->best_effort_timestamp) * av_q2d(demuxer_->stream().time_base);
    }

    bool read(VmafPicture& picture, unsigned planes) override {
        if (!frame_begins()) return false;
        at_frame(*demuxer_, position(), [&] { copy_frame(*frame_, picture, planes); });
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
            at_frame(*demuxer_, position(), [&] { fail(-result, vmaf_last_error()); });
        (void)frame_.release();
        return true;
    }

    bool skip() override {
        const bool begins = frame_begins();
        frame_.reset();
        return begins;
    }

    uint64_t position() const override { return frames_->frames() - (frame_ ? 1 : 0); }

    /// Near frames are walked to. Far ones, and those behind, are decoded from the start before them.
    void seek(uint64_t frame) override {
        constexpr uint64_t kNear = 64;
        if (origin_ && (frame < position() || frame > position() + kNear) && !jump(frame) && frame < position())
            go_to({});
        VideoReader::seek(frame);
    }

 private:
    /// Goes to the last start before the frame if that is nearer than where the reader is. False if it has stayed, or is at the stream's beginning.
    bool jump(uint64_t frame) {
        if (walks_) return false;
        if (!index_.reaches(frame)) index_ = find_starts(frame);
        const Start* start = index_.before(frame);
        if (!start || start->frame == 0 || !start->has_time() || (position() <= frame && start->frame <= position()))
            return false;
        if (verify(*start) && go_to(*start)) return true;
        tell(cat(name_, ": frame ", frame,
                 " is not found by its keyframe, and the file is read from its start instead"));
        go_to({});
        walks_ = true;
        return false;
    }

    std::unique_ptr<Demuxer> reopen() const {
        return std::make_unique<Demuxer>(origin_->twin(), MediaChoice{.stream = demuxer_->stream_number()});
    }

    KeyframeIndex find_starts(uint64_t frame) const {
        try {
            return keyframes_.empty() ? KeyframeIndex::build(*reopen(), frame) : kept_starts();
        } catch (const Error& error) {
            if (error.code() == ECANCELED) throw;
            return {};  // reading frame by frame tells where it is damaged
        }
    }

    /// Of the whole stream, from the file or for it.
    KeyframeIndex kept_starts() const {
        if (KeyframeIndex kept = KeyframeIndex::load(keyframes_, *demuxer_); !kept.starts().empty()) return kept;
        KeyframeIndex built = KeyframeIndex::build(*reopen());
        try {
            built.save(keyframes_, *demuxer_);
        } catch (const Error& error) {
            warn(error.what());
        }
        return built;
    }

    /// The frame at a start is the same one, decoded from there and from the start before it.
    bool verify(const Start& start) {
        const Start before = start.frame > 0 ? *index_.before(start.frame - 1) : Start();
        try {
            return start == before || hash_from(before, start.frame) == hash_from(start, start.frame);
        } catch (const Error& error) {
            if (error.code() == ECANCELED) throw;
            return false;
        }
    }

    /// Of frame `frame`, decoded from `start` on; empty if that is not to be had.
    std::optional<uint64_t> hash_from(const Start& start, uint64_t frame) {
        const auto demuxer = reopen();
        if (start.frame > 0 && !demuxer->seek(start.pts, start.dts)) return std::nullopt;
        const DecodingPlan plan{.threads = plan_.threads, .device = plan_.device};
        const auto frames = open_frames(*demuxer, plan, start.frame > 0 ? std::optional(start.frame) : std::nullopt);
        auto picture = owned(av_frame_alloc());
        while (frames->next(*picture)) {
            if (frames->frames() > frame) return frame_hash(*picture);
            av_frame_unref(picture.get());
        }
        return std::nullopt;
    }

    /// To the packet of a start, or to the stream's beginning. False if that packet is not found.
    bool go_to(const Start& start) {
        auto demuxer = reopen();
        const bool begins = start.frame == 0;
        if (!begins && !demuxer->seek(start.pts, start.dts)) return false;
        frames_ = open_frames(*demuxer, plan_, begins ? std::nullopt : std::optional(start.frame));
        demuxer_ = std::move(demuxer);
        frame_.reset();
        ended_ = false;
        return true;
    }

    const PictureFormat coded_;  ///< of the whole frames
    const std::optional<Rectangle> part_;
    const std::unique_ptr<ByteStream> origin_;
    const DecodingPlan plan_;
    const std::string keyframes_;  ///< path of the file that keeps the index; empty: none
    const std::string name_;
    const ByteStream::StopFlag stop_;
    std::unique_ptr<Demuxer> demuxer_;
    std::unique_ptr<FrameStream> frames_;
    VideoTraits traits_;
    Libav<AVFrame> frame_;  ///< the next one, once it has been decoded
    bool ended_ = false;
    KeyframeIndex index_;  ///< as far as it has been needed
    bool walks_ = false;   ///< jumps don't work here
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

namespace {

std::unique_ptr<VideoReader> open_once(std::unique_ptr<ByteStream> stream, const MediaChoice& choice) {
    auto origin = stream->twin();
    auto demuxer = std::make_unique<Demuxer>(std::move(stream), choice);
    const DecodingPlan plan = plan_decoding(*demuxer, choice);
    auto frames = open_frames(*demuxer, plan);
    Libav<AVFrame> first = first_frame(*demuxer, *frames);
    const PictureFormat format = at_frame(*demuxer, 0, [&] {
        const PictureFormat own = picture_format(*first);
        check_frame_format(*first, own);
        return own;
    });
    return std::make_unique<MediaReader>(std::move(origin), std::move(demuxer), std::move(frames), std::move(first),
                                         format, choice.part, plan, choice.keyframes);
}

}  // namespace

std::unique_ptr<VideoReader> open_media(std::unique_ptr<ByteStream> stream, const MediaChoice& choice) {
    if (!choice.device || !choice.or_cpu) return open_once(std::move(stream), choice);
    auto again = stream->twin();
    MediaChoice on_cpu = choice;
    on_cpu.device.reset();
    if (!again) return open_once(std::move(stream), on_cpu);  // of a pipe there is no second try
    const std::string name = stream->name();
    try {
        auto reader = open_once(std::move(stream), choice);
        tell(cat(name, ": the GPU decodes it; damage within slices does not show there, --decoder cpu tells of it"));
        return reader;
    } catch (const GpuRefusal& refusal) {
        tell(cat(refusal.words, "; the CPU decodes it"));
        return open_once(std::move(again), on_cpu);
    }
}

std::string media_words() {
    const auto version = [](unsigned v) {
        return cat(AV_VERSION_MAJOR(v), ".", AV_VERSION_MINOR(v), ".", AV_VERSION_MICRO(v));
    };
    return cat("libavformat ", version(avformat_version()), ", libavcodec ", version(avcodec_version()));
}

}  // namespace vmaf::tool
