// Runs a decoder so that it hides nothing: damaged frames come out marked, and what it logs as an error ends the run.
#include "input/media/decoder.h"

#include <algorithm>

#include "base/error.h"
#include "input/media/frame_format.h"
#include "input/media/surface.h"

namespace vmaf::tool {

namespace {

/// More threads than these cost memory and bring little.
constexpr unsigned kMaxThreads = 16;
/// Enough to have the next frames' packets parsed while the GPU decodes; each takes a surface.
constexpr unsigned kMaxGpuThreads = 4;

/// Codecs whose standard leaves no bit of a picture open, so that a GPU decodes what a CPU does.
constexpr AVCodecID kExactCodecs[] = {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9,
                                      AV_CODEC_ID_AV1};

// Packets carry a number to their frames, whatever the order in which those come.
#ifdef AV_CODEC_FLAG_COPY_OPAQUE
void put_number(AVCodecContext&, AVPacket& packet, uint64_t number) {
    packet.opaque = reinterpret_cast<void*>(static_cast<uintptr_t>(number));
}
uint64_t number_of(const AVFrame& frame) { return reinterpret_cast<uintptr_t>(frame.opaque); }
constexpr int kCarryNumbers = AV_CODEC_FLAG_COPY_OPAQUE;
#else
void put_number(AVCodecContext& context, AVPacket&, uint64_t number) {
    context.reordered_opaque = static_cast<int64_t>(number);
}
uint64_t number_of(const AVFrame& frame) { return static_cast<uint64_t>(frame.reordered_opaque); }
constexpr int kCarryNumbers = 0;
#endif

/// Chooses the GPU from what libavcodec offers. It is asked again without it if that can't be had, and there is no second best.
AVPixelFormat choose_gpu(AVCodecContext* context, const AVPixelFormat* offers) {
    for (; *offers != AV_PIX_FMT_NONE; offers++)
        if (*offers == AV_PIX_FMT_CUDA) return *offers;
    auto* const log = static_cast<DecoderLog*>(static_cast<ErrorLog*>(context->opaque));
    log->refused = true;
    log->add("libavcodec has no NVDEC for it");
    return AV_PIX_FMT_NONE;
}

/// "hevc 4:2:0 10 bit".
std::string coded_words(const AVCodecParameters& parameters) {
    const auto pixels = static_cast<AVPixelFormat>(parameters.format);
    std::string codec = avcodec_get_name(parameters.codec_id);
    const char* const name = av_get_pix_fmt_name(pixels);
    if (!name) return codec;
    const auto samples = sample_format(pixels);
    if (!samples) return cat(codec, " ", name);
    const char* chroma = samples->pix_fmt == VMAF_PIX_FMT_YUV420P   ? "4:2:0"
                         : samples->pix_fmt == VMAF_PIX_FMT_YUV422P ? "4:2:2"
                         : samples->pix_fmt == VMAF_PIX_FMT_YUV444P ? "4:4:4"
                                                                    : "4:0:0";
    return cat(codec, " ", chroma, " ", samples->bpc, " bit");
}

const AVCodec& find_decoder(const Demuxer& demuxer, AVCodecID id) {
    if (id == AV_CODEC_ID_NONE)
        fail(EINVAL, demuxer.label(),
             ": its codec is unknown to FFmpeg's libraries; convert the file with a program that knows it");
    if (const AVCodec* codec = avcodec_find_decoder(id)) return *codec;
    fail(EINVAL, demuxer.label(), ": the installed libavcodec has no decoder for ", avcodec_get_name(id),
         "; install one that has it, or convert the file to another codec without loss (ffv1)");
}

}  // namespace

Decoder::Decoder(const Demuxer& demuxer, PacketSource packets, uint64_t frame, unsigned threads,
                 std::optional<unsigned> device)
    : demuxer_(demuxer),
      packets_(std::move(packets)),
      crop_(demuxer.crop()),
      packet_(owned(av_packet_alloc())),
      sent_first_frame_(frame),
      first_frame_(frame),
      frames_(frame) {
    const AVCodecParameters& parameters = *demuxer.stream().codecpar;
    const AVCodec& codec = find_decoder(demuxer, parameters.codec_id);
    context_ = owned(avcodec_alloc_context3(&codec));
    int result = avcodec_parameters_to_context(context_.get(), &parameters);
    context_->opaque = static_cast<ErrorLog*>(&log_);
    context_->pkt_timebase = demuxer.stream().time_base;
    context_->thread_count = static_cast<int>(std::clamp(threads, 1u, device ? kMaxGpuThreads : kMaxThreads));
    context_->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
    // A crop at the left keeps its exact place, and frames that lack something are shown, with a mark.
    context_->flags |= AV_CODEC_FLAG_UNALIGNED | AV_CODEC_FLAG_OUTPUT_CORRUPT | kCarryNumbers;
    if (codec.id == AV_CODEC_ID_H264)
        context_->strict_std_compliance = FF_COMPLIANCE_STRICT;  // waits for all frames that may come before one
    // Checksums count, and what these two find wrong; others tell it by marks and in the log, or fall over AV_EF_EXPLODE (mpeg4 in 5.1).
    context_->err_recognition |= AV_EF_CRCCHECK;
    if (codec.id == AV_CODEC_ID_HEVC || codec.id == AV_CODEC_ID_FFV1) context_->err_recognition |= AV_EF_EXPLODE;
    if (device) use_gpu(*device);
    if (result >= 0) result = avcodec_open2(context_.get(), &codec, nullptr);
    if (result < 0)
        fail(EINVAL, demuxer.label(), ": the decoder ", codec.name, " can't be opened: ", libav_reason(log_, result),
             "; is the file whole?");
}

void Decoder::use_gpu(unsigned device) {
    if (std::ranges::find(kExactCodecs, context_->codec_id) == std::end(kExactCodecs))
        refuse_gpu("only H.264, HEVC, VP8, VP9 and AV1 are decoded to the same bits there as on a CPU");
    try {
        context_->hw_device_ctx = open_decoding_device(device).release();
    } catch (const Error& error) {
        refuse_gpu(error.what());
    }
    context_->get_format = choose_gpu;
}

void Decoder::refuse_gpu(const std::string& reason) const {
    throw GpuRefusal(
        cat(demuxer_.label(), ": the GPU can't decode ", coded_words(*demuxer_.stream().codecpar), ": ", reason));
}

void Decoder::fail_decoding(const std::string& reason) const {
    if (log_.refused) refuse_gpu(reason);
    const std::string place = frames_ ? cat("after frame ", frames_ - 1) : std::string("before its first frame");
    fail(EINVAL, demuxer_.label(), ": can't be decoded ", place, ": ", reason,
         "; copy or download the file again, or cut out what is whole");
}

void Decoder::send_packet() {
    bool has_packet = false;
    try {
        const uint64_t before = sent_first_frame_;
        has_packet = packets_(*packet_, sent_first_frame_);
        if (sent_first_frame_ != before) elsewhere_.push_back(sent_first_frame_);
    } catch (const Error& error) {
        if (error.code() == ECANCELED) throw;
        cut_ = std::current_exception();
    }
    drained_ = !has_packet;
    if (has_packet) put_number(*context_, *packet_, sent_first_frame_);
    const int result = avcodec_send_packet(context_.get(), has_packet ? packet_.get() : nullptr);
    av_packet_unref(packet_.get());
    if (result < 0) fail_decoding(libav_reason(log_, result));
}

/// The packets may have gone on elsewhere with that frame's.
void Decoder::find_place(const AVFrame& frame) {
    const auto place = std::ranges::find(elsewhere_, number_of(frame));
    if (place == elsewhere_.end()) return;
    frames_ = first_frame_ = *place;
    elsewhere_.erase(elsewhere_.begin(), place + 1);
}

void Decoder::check_frame(const AVFrame& frame) const {
    if (frame.flags & AV_FRAME_FLAG_CORRUPT || frame.decode_error_flags)
        fail(EINVAL, demuxer_.label(), ": frame ", frames_, " at ",
             time_text(frame.best_effort_timestamp, demuxer_.stream().time_base),
             " is damaged, or refers to frames that are missing; copy or download the file again, cut it at a "
             "keyframe, or score "
             "only what precedes with --frame_cnt");
}

/// The container's cropping, behind that of the codec.
void Decoder::crop(AVFrame& frame) const {
    frame.crop_top += crop_.top;
    frame.crop_bottom += crop_.bottom;
    frame.crop_left += crop_.left;
    frame.crop_right += crop_.right;
    if (av_frame_apply_cropping(&frame, AV_FRAME_CROP_UNALIGNED) < 0)
        fail(EINVAL, demuxer_.label(), ": frame ", frames_, " is ", frame.width, "x", frame.height,
             ", and the container crops more than that; is the file whole?");
    if (on_gpu(frame)) crop_surface(frame);
}

void Decoder::restart(PacketSource packets, uint64_t frame) {
    avcodec_flush_buffers(context_.get());
    packets_ = std::move(packets);
    drained_ = false;
    cut_ = nullptr;
    sent_first_frame_ = first_frame_ = frames_ = frame;
    elsewhere_.clear();
}

bool Decoder::next(AVFrame& frame) {
    for (;;) {
        if (*demuxer_.stop_flag()) fail(ECANCELED, demuxer_.name(), ": stopped");
        const int result = avcodec_receive_frame(context_.get(), &frame);
        if (result < 0 && result != AVERROR(EAGAIN) && result != AVERROR_EOF) fail_decoding(libav_reason(log_, result));
        if (result >= 0) find_place(frame), check_frame(frame);
        if (const std::string said = log_.take(); !said.empty()) fail_decoding(said);
        if (result == AVERROR_EOF && cut_) std::rethrow_exception(cut_);
        if (result == AVERROR_EOF) return false;
        if (result >= 0) {
            if (on_gpu(frame)) leave_surface(frame, surfaces_), mark_coded_format(frame, context_->sw_pix_fmt);
            crop(frame);
            frames_++;
            return true;
        }
        if (drained_) fail_decoding("the decoder wants more packets than there are");
        send_packet();
    }
}

}  // namespace vmaf::tool
