// Opens containers on a ByteStream of ours, so that no name is taken for anything but a local file, and chooses the stream.
#include "input/media/demuxer.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/intreadwrite.h>
}

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/file_marks.h"
#include "fixed.h"
#include "input/foreign_file.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

constexpr int kIoBuffer = 1 << 16;  // bytes

Demuxer& demuxer_of(void* self) { return *static_cast<Demuxer*>(self); }

int stopped(void* flag) { return *static_cast<std::atomic<bool>*>(flag); }

/// Of a stream, as the container has it; null if it has none.
const uint8_t* side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 100)
    const AVPacketSideData* data =
        av_packet_side_data_get(stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, type);
    return data ? data->data : nullptr;
#else
    return av_stream_get_side_data(&stream, type, nullptr);
#endif
}

bool is_cover(const AVStream& stream) {
    return stream.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS);
}

/// Why the libraries recognise nothing in a file with these first bytes.
std::string why_not_media(std::string_view start) {
    if (const FileMark* video = find_mark(file_marks::kVideos, start))
        return cat("it begins as ", video->kind,
                   " does, and FFmpeg's libraries find no video in it; is the file whole?");
    return cat(why_not_y4m(start), ", and FFmpeg's libraries know no container of this kind");
}

std::string streams_of(const AVFormatContext& container) {
    std::string text;
    for (unsigned i = 0; i < container.nb_streams; i++) {
        const char* kind = av_get_media_type_string(container.streams[i]->codecpar->codec_type);
        text += cat(i ? ", " : "", kind ? kind : "data");
    }
    return text.empty() ? "no streams at all" : text;
}

}  // namespace

std::string time_text(int64_t timestamp, AVRational unit) {
    if (timestamp == AV_NOPTS_VALUE) return "an unknown time";
    return fixed(static_cast<double>(timestamp) * av_q2d(unit), 3) + " s";
}

Demuxer::Demuxer(std::unique_ptr<ByteStream> stream, const MediaChoice& choice) : bytes_(std::move(stream)) {
    capture_libav_log();
    open();
    choose_stream(choice.stream);
    check_stream();
    frame_rate_ = av_guess_frame_rate(container_.get(), stream_, nullptr);
    frames_ = count_frames();
}

double Demuxer::duration() const {
    if (stream_->duration > 0) return static_cast<double>(stream_->duration) * av_q2d(stream_->time_base);
    return container_->duration > 0 ? static_cast<double>(container_->duration) / AV_TIME_BASE : 0;
}

int Demuxer::read_bytes(void* self, uint8_t* to, int size) {
    Demuxer& demuxer = demuxer_of(self);
    try {
        const size_t count = demuxer.bytes_->read_part(to, static_cast<size_t>(size));
        return count ? static_cast<int>(count) : AVERROR_EOF;
    } catch (...) {
        demuxer.byte_failure_ = std::current_exception();
        return AVERROR_EXTERNAL;
    }
}

int64_t Demuxer::seek_bytes(void* self, int64_t offset, int whence) {
    const Demuxer& demuxer = demuxer_of(self);
    ByteStream& bytes = *demuxer.bytes_;
    int64_t place = offset;
    switch (whence & ~AVSEEK_FORCE) {
        case AVSEEK_SIZE: return demuxer.size_;
        case SEEK_SET: break;
        case SEEK_CUR: place += static_cast<int64_t>(bytes.position()); break;
        case SEEK_END: place += demuxer.size_; break;
        default: return AVERROR(EINVAL);
    }
    if (place < 0) return AVERROR(EINVAL);
    bytes.seek(static_cast<uint64_t>(place));
    return place;
}

void Demuxer::fail_reading(int code) {
    if (byte_failure_) std::rethrow_exception(byte_failure_);
    if (code == AVERROR_EXIT) fail(ECANCELED, name(), ": stopped");
    if (!bytes_->seekable() && packets_ == 0 && is_mp4())
        fail(ESPIPE, label_,
             ": its index is at the end of the file, which a pipe can't go to and back; give the file's name, or "
             "bring the index to the front: ffmpeg -i FILE -c copy -movflags +faststart OUT.mp4");
    const std::string place = packets_ ? cat("after packet ", packets_ - 1) : std::string("before its first packet");
    fail(EINVAL, label_, ": the file is damaged or cut short ", place, ": ", libav_reason(log_, code),
         "; copy or download it again, or score only what precedes with --frame_cnt");
}

void Demuxer::open() {
    const std::string foreign = why_not_media(bytes_->buffered());
    if (const auto left = bytes_->remaining()) size_ = static_cast<int64_t>(bytes_->position() + *left);
    auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBuffer));
    io_ = owned(
        avio_alloc_context(buffer, kIoBuffer, 0, this, read_bytes, nullptr, bytes_->seekable() ? seek_bytes : nullptr));
    const AVInputFormat* format = nullptr;
    // By content alone, whatever the name ends in.
    if (av_probe_input_buffer2(io_.get(), &format, "", nullptr, 0, 0) < 0) {
        if (byte_failure_) std::rethrow_exception(byte_failure_);
        fail(EINVAL, name(), ": ", foreign);
    }
    AVFormatContext* container = owned(avformat_alloc_context()).release();
    container->pb = io_.get();
    container->opaque = &log_;
    container->interrupt_callback = {stopped, bytes_->stop_flag().get()};
    AVDictionary* options = nullptr;
    av_dict_set(&options, "protocol_whitelist", "file", 0);                    // playlists reach no network
    const int opened = avformat_open_input(&container, "", format, &options);  // frees the context if it fails
    av_dict_free(&options);
    container_.reset(opened < 0 ? nullptr : container);
    if (opened >= 0) log_.take();  // doubts about a header that could be read
    const int found = opened < 0 ? opened : avformat_find_stream_info(container, nullptr);
    if (found >= 0 && !byte_failure_) {
        early_error_ = log_.take();
        return;
    }
    if (byte_failure_) std::rethrow_exception(byte_failure_);
    if (found == AVERROR_EXIT) fail(ECANCELED, name(), ": stopped");
    fail(EINVAL, name(), ": not readable as ", format->long_name ? format->long_name : format->name, ": ",
         libav_reason(log_, found), "; is the file whole? copy or download it again");
}

void Demuxer::choose_stream(const std::optional<unsigned>& wanted) {
    std::vector<AVStream*> videos, films;
    for (unsigned i = 0; i < container_->nb_streams; i++) {
        AVStream* const stream = container_->streams[i];
        stream->discard = AVDISCARD_ALL;
        if (stream->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
        videos.push_back(stream);
        if (!is_cover(*stream)) films.push_back(stream);
    }
    if (videos.empty() || (films.empty() && !wanted))
        fail(EINVAL, name(), ": there is no video in it, only: ", streams_of(*container_),
             videos.empty() ? "" : " (a cover picture)", "; is it the right file?");
    if (wanted && *wanted >= videos.size())
        fail(EINVAL, name(), ": there is no video stream ", *wanted, "; it has ", videos.size(),
             ", counted from 0: take #v:0", videos.size() > 1 ? cat(" to #v:", videos.size() - 1) : "");
    stream_ = wanted ? videos[*wanted] : films.front();
    stream_->discard = AVDISCARD_DEFAULT;
    const auto number = std::find(videos.begin(), videos.end(), stream_) - videos.begin();
    stream_number_ = static_cast<unsigned>(number);
    label_ = cat(name(), ": video stream ", number, " (", avcodec_get_name(stream_->codecpar->codec_id), ")");
    if (!wanted && films.size() > 1)
        tell(cat(name(), " has ", films.size(), " video streams; number ", number,
                 " is scored, PATH#v:N chooses another"));
}

void Demuxer::check_stream() const {
    if (side_data(*stream_, AV_PKT_DATA_ENCRYPTION_INIT_INFO) ||
        stream_->codecpar->codec_tag == MKTAG('e', 'n', 'c', 'v'))
        fail(EINVAL, label_, " is encrypted; decrypt it first");
    const auto* matrix = reinterpret_cast<const int32_t*>(side_data(*stream_, AV_PKT_DATA_DISPLAYMATRIX));
    if (matrix && (matrix[0] <= 0 || matrix[4] <= 0 || matrix[1] != 0 || matrix[3] != 0))
        fail(EINVAL, label_, " is to be rotated or mirrored for display (by ", -av_display_rotation_get(matrix),
             " degrees clockwise), which is not done here; turn it first: ffmpeg -i FILE -c:v ffv1 TURNED.mkv");
}

Demuxer::Crop Demuxer::crop() const {
#if VMAF_FRAME_CROPPING
    if (const uint8_t* data = side_data(*stream_, AV_PKT_DATA_FRAME_CROPPING))
        return {AV_RL32(data), AV_RL32(data + 4), AV_RL32(data + 8), AV_RL32(data + 12)};
#endif
    return {};
}

std::optional<uint64_t> Demuxer::count_frames() const {
    if (stream_->nb_frames <= 0) return std::nullopt;
    if (!is_mp4()) return static_cast<uint64_t>(stream_->nb_frames);
    // In the index of MP4 and MOV edit lists have had their effect.
    const int entries = avformat_index_get_entries_count(stream_);
    uint64_t shown = 0;
    for (int i = 0; i < entries; i++) shown += !(avformat_index_get_entry(stream_, i)->flags & AVINDEX_DISCARD_FRAME);
    return shown > 0 ? std::optional(shown) : std::nullopt;
}

bool Demuxer::is_mp4() const { return std::strncmp(container_->iformat->name, "mov", 3) == 0; }

/// At the end of the packets: throws if it is not that of the file. Transport streams have no other sign of a cut.
void Demuxer::check_end() {
    if (!early_error_.empty()) {
        log_.add(early_error_);
        fail_reading(AVERROR_EOF);
    }
    if (size_ < 0 || std::strcmp(container_->iformat->name, "mpegts") != 0) return;
    constexpr int kPacketSizes[] = {188, 192, 204};  // bytes
    for (const int packet : kPacketSizes)
        if (size_ % packet == 0) return;
    log_.add("it ends within a transport packet");
    fail_reading(AVERROR_EOF);
}

bool Demuxer::seek(int64_t pts, int64_t dts) {
    const int64_t time = dts != AV_NOPTS_VALUE ? dts : pts;
    if (!seekable() || time == AV_NOPTS_VALUE) return false;
    if (av_seek_frame(container_.get(), stream_->index, time, AVSEEK_FLAG_BACKWARD) < 0) return false;
    log_.take();
    auto packet = owned(av_packet_alloc());
    while (read(*packet)) {
        const int64_t here = dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
        if (packet->pts == pts && packet->dts == dts) {
            found_ = std::move(packet);
            return true;
        }
        if (here != AV_NOPTS_VALUE && here > time) return false;
    }
    return false;
}

bool Demuxer::read(AVPacket& packet) {
    if (found_) {
        av_packet_unref(&packet);
        av_packet_move_ref(&packet, found_.get());
        found_.reset();
        return true;
    }
    for (;;) {
        av_packet_unref(&packet);
        const int result = av_read_frame(container_.get(), &packet);
        if (byte_failure_) std::rethrow_exception(byte_failure_);
        if (const std::string said = log_.take(); !said.empty()) {
            log_.add(said);
            fail_reading(result);
        }
        if (result == AVERROR_EOF) return check_end(), false;
        if (result < 0) fail_reading(result);
        if (packet.stream_index != stream_->index) continue;
        if (av_packet_get_side_data(&packet, AV_PKT_DATA_ENCRYPTION_INFO, nullptr))
            fail(EINVAL, label_, " is encrypted; decrypt it first");
        if (packet.flags & AV_PKT_FLAG_CORRUPT)
            fail(EINVAL, label_, ": packet ", packets_, " at ", time_text(packet.pts, stream_->time_base),
                 " is damaged or cut short; copy or download the file again, or score only what precedes with "
                 "--frame_cnt");
        packets_++;
        return true;
    }
}

}  // namespace vmaf::tool
