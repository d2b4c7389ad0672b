// What a session promises a metric: the pictures that it asks for and no others, its artefacts and warnings in reading order.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "picture/lending.h"
#include "session/session.h"

namespace vmaf {
namespace {

/// What the probe saw of a frame, as the first luma samples of its pictures; -1 for a picture that is not there.
struct Seen {
    int32_t ref, dis, previous_ref[2], previous_dis[2];

    bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& s) {
    return out << s.ref << ' ' << s.dis << " refs " << s.previous_ref[0] << ' ' << s.previous_ref[1] << " distorted "
               << s.previous_dis[0] << ' ' << s.previous_dis[1];
}

enum class Looks { kHere, kBack, kFurtherBack };
constexpr Choice kLooks[] = {{"here", static_cast<int>(Looks::kHere)},
                             {"back", static_cast<int>(Looks::kBack)},
                             {"further", static_cast<int>(Looks::kFurtherBack)}};
constexpr Option kOptions[] = {
    {.name = "looks", .type = Option::Type::kChoice, .choices = kLooks},
    {.name = "reference", .number = 1},
    {.name = "artefacts", .scope = Option::Scope::kVariant},
    {.name = "alias", .type = Option::Type::kInt, .max = 9, .in_name = true, .scope = Option::Scope::kVariant},
};
constexpr Feature kFeatures[] = {{"probe"}};

/// What has come out of the probes of a test.
struct Record {
    std::vector<std::pair<unsigned, Seen>> scored;
    std::vector<std::pair<unsigned, std::vector<std::byte>>> artefacts;
};
Record* record = nullptr;

int first_sample(const PictureView& view) { return view ? *static_cast<const uint8_t*>(view.data[0]) : -1; }

class ProbeExtractor final : public Extractor {
 public:
    explicit ProbeExtractor(Variants variants) : variants_(variants.begin(), variants.end()) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Seen seen{first_sample(frame.ref), first_sample(frame.dis), {}, {}};
        for (unsigned i = 0; i < kMaxLookback; i++) {
            seen.previous_ref[i] = first_sample(frame.previous[i].ref);
            seen.previous_dis[i] = first_sample(frame.previous[i].dis);
        }
        std::byte* artefact = artefacts<Seen>(out, variants_.size());
        for (size_t i = 0; i < variants_.size(); i++) {
            store_sums(out, i, seen);
            if (variants_[i].flag("artefacts"))
                for (int k = 0; k < 3; k++)
                    *artefact++ = static_cast<std::byte>(seen.dis + variants_[i].integer("alias"));
        }
    }

 private:
    std::vector<OptionValues> variants_;
};

class ProbeScorer final : public Scorer {
 public:
    void score(unsigned frame, const std::byte* sums, ScoreSink& out) override {
        const Seen seen = load_sums<Seen>(sums);
        record->scored.emplace_back(frame, seen);
        out.set(frame, 0, seen.dis);
        if (frame == 2) out.warn(cat("frame ", frame, " is odd"));
    }
    void keep_artefact(unsigned frame, std::span<const std::byte> artefact) override {
        record->artefacts.emplace_back(frame, std::vector(artefact.begin(), artefact.end()));
    }
};

constexpr Metric kProbe = {
    .name = "probe",
    .features = kFeatures,
    .options = kOptions,
    .sums_size = sizeof(Seen),
    .needs = [](const OptionValues& options, const PictureFormat&) -> unsigned {
        const Needs reference = options.flag("reference") ? kLumaOnly : kNoReference;
        switch (options.choice<Looks>("looks")) {
            case Looks::kHere: return reference;
            case Looks::kBack: return reference | kPreviousDis;
            case Looks::kFurtherBack: return reference | kPreviousRef2 | kPreviousDis2;
        }
        return kLumaOnly;
    },
    .warnings = [](const OptionValues& options, const PictureFormat& format) -> std::vector<std::string> {
        if (options.flag("reference")) return {};
        return {cat("sees ", format.w, " columns of one picture")};
    },
    .artefact_size = [](const OptionValues& options, const PictureFormat&) -> size_t {
        return options.flag("artefacts") ? 3 : 0;
    },
    .make_scalar = [](Variants variants, const PictureFormat&) -> std::unique_ptr<Extractor> {
        return std::make_unique<ProbeExtractor>(variants);
    },
    .make_scorer = [](const OptionValues&, const PictureFormat&) -> std::unique_ptr<Scorer> {
        return std::make_unique<ProbeScorer>();
    },
};

constexpr unsigned kFrames = 5;

class Contract : public testing::TestWithParam<unsigned> {
 protected:
    Contract() { record = &record_; }

    /// Frame i: a reference of 10 + i, a distorted picture of 100 + i.
    Record run(const std::vector<OptionStrings>& registrations) {
        VmafConfiguration configuration = {};
        configuration.n_threads = GetParam();
        configuration.log_level = VMAF_LOG_LEVEL_WARNING;
        Session session(configuration);
        session.log().set_callback(
            [](void* to, VmafLogLevel, const char* text) { *static_cast<std::string*>(to) += cat(text, '\n'); }, &log_);
        for (const OptionStrings& options : registrations) session.use_metric(kProbe, options);
        for (unsigned i = 0; i < kFrames; i++) {
            VmafPicture ref = picture(10 + i), dis = picture(100 + i);
            session.read(ref, dis, i);
        }
        session.flush();
        return record_;
    }

    static VmafPicture picture(unsigned value) {
        VmafPicture picture = lend(Picture::allocate({VMAF_PIX_FMT_YUV420P, 8, 20, 16}));
        *static_cast<uint8_t*>(picture.data[0]) = static_cast<uint8_t>(value);
        return picture;
    }

    std::string log_;

 private:
    Record record_;
};

TEST_P(Contract, EarlierPairsAreThoseOfTheFramesBefore) {
    const Record seen = run({{{"looks", "further"}}});
    ASSERT_EQ(seen.scored.size(), kFrames);
    for (int i = 0; i < int(kFrames); i++) {
        const auto back = [i](int first, int n) { return i < n ? -1 : first + i - n; };
        const Seen expected{10 + i, 100 + i, {back(10, 1), back(10, 2)}, {back(100, 1), back(100, 2)}};
        EXPECT_EQ(seen.scored[i], (std::pair{unsigned(i), expected}));
    }
}

TEST_P(Contract, NothingIsShownThatIsNotAskedFor) {
    const Record seen = run({{{"looks", "back"}, {"reference", "false"}}});
    ASSERT_EQ(seen.scored.size(), kFrames);
    for (int i = 0; i < int(kFrames); i++)
        EXPECT_EQ(seen.scored[i].second, (Seen{-1, 100 + i, {-1, -1}, {i ? 99 + i : -1, -1}})) << seen.scored[i].second;
}

TEST_P(Contract, ArtefactsComeInReadingOrder) {
    const Record seen = run({{{"alias", "1"}}, {{"artefacts", "true"}}, {{"artefacts", "true"}, {"alias", "5"}}});
    ASSERT_EQ(seen.artefacts.size(), 2 * kFrames);
    for (unsigned i = 0; i < kFrames; i++)
        for (unsigned variant = 0; variant < 2; variant++) {
            const auto& [frame, bytes] = seen.artefacts[2 * i + variant];
            EXPECT_EQ(frame, i);
            EXPECT_EQ(bytes, std::vector(3, static_cast<std::byte>(100 + i + 5 * variant)));
        }
}

TEST_P(Contract, WarningsNameTheMetric) {
    run({{{"reference", "false"}}});
    EXPECT_NE(log_.find("extractor 'probe': sees 20 columns of one picture"), std::string::npos) << log_;
    EXPECT_NE(log_.find("extractor 'probe': frame 2 is odd"), std::string::npos) << log_;
    EXPECT_EQ(std::count(log_.begin(), log_.end(), '\n'), 2) << log_;
}

INSTANTIATE_TEST_SUITE_P(Threads, Contract, testing::Values(0, 3));

}  // namespace
}  // namespace vmaf
