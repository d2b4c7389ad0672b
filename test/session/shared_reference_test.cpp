// What is made of a reference that several sessions read: once, for those to whom it is the same, in bounded memory.
#include "session/shared_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "session/session.h"

namespace vmaf {
namespace {

/// How often the steps of the metrics below were run.
struct Runs {
    std::atomic<unsigned> extract{0}, prepare{0}, extract_with{0};
};
Runs* runs = nullptr;

uint64_t luma_sum(const PictureView& picture) {
    uint64_t sum = 0;
    const Plane<uint8_t> plane = picture.plane<uint8_t>(0);
    for (unsigned y = 0; y < plane.h; y++)
        for (unsigned x = 0; x < plane.w; x++) sum += plane.row(y)[x];
    return sum;
}

struct Prepared final : PreparedReference {
    size_t bytes() const override { return sizeof sum; }
    uint64_t sum = 0;
};

/// The difference of the pictures' sums, in two steps.
class TwoSteps final : public Extractor {
 public:
    void extract(const FramePictures& frame, std::byte* out) override {
        runs->extract++;
        store_sums(out, 0, luma_sum(frame.ref) - luma_sum(frame.dis));
    }
    size_t reference_bytes() const override { return sizeof(uint64_t); }
    std::unique_ptr<PreparedReference> new_reference() const override { return std::make_unique<Prepared>(); }
    void prepare(const FramePictures& frame, PreparedReference& reference) override {
        runs->prepare++;
        static_cast<Prepared&>(reference).sum = luma_sum(frame.ref);
    }
    void extract_with(const PreparedReference& reference, const FramePictures& frame, std::byte* out) override {
        runs->extract_with++;
        store_sums(out, 0, static_cast<const Prepared&>(reference).sum - luma_sum(frame.dis));
    }
};

/// The reference's sum and that of the one before.
class OfReference final : public Extractor {
 public:
    void extract(const FramePictures& frame, std::byte* out) override {
        runs->extract++;
        store_sums(out, 0, luma_sum(frame.ref) + (frame.previous[0].ref ? luma_sum(frame.previous[0].ref) : 0));
    }
};

class SumScorer final : public Scorer {
 public:
    void score(unsigned frame, const std::byte* sums, ScoreSink& out) override {
        out.set(frame, 0, static_cast<double>(static_cast<int64_t>(load_sums<uint64_t>(sums))));
    }
};

template <class Made>
std::unique_ptr<Extractor> make(Variants, const PictureFormat&) {
    return std::make_unique<Made>();
}
std::unique_ptr<Scorer> make_scorer(const OptionValues&, const PictureFormat&) { return std::make_unique<SumScorer>(); }

constexpr Feature kFeatures[] = {{"sum"}};
const Metric kTwoSteps = {.name = "two_steps",
                          .features = kFeatures,
                          .sums_size = sizeof(uint64_t),
                          .make_scalar = make<TwoSteps>,
                          .make_scorer = make_scorer};
const Metric kOfReference = {
    .name = "of_reference",
    .features = kFeatures,
    .sums_size = sizeof(uint64_t),
    .needs = [](const OptionValues&, const PictureFormat&) -> unsigned { return kNoDistorted | kPreviousRef; },
    .make_scalar = make<OfReference>,
    .make_scorer = make_scorer};

Picture picture(unsigned value) {
    Picture made = Picture::allocate({VMAF_PIX_FMT_YUV420P, 8, 16, 16});
    static_cast<uint8_t*>(made.get().data[0])[0] = static_cast<uint8_t>(value);
    return made;
}

constexpr unsigned kEncodes = 3, kFrames = 40;

/// Reads frames of one reference into sessions; `alone`: the last session's reference is its own every fourth frame.
void read_all(std::vector<std::unique_ptr<Session>>& sessions, bool alone) {
    for (unsigned t = 0; t < kFrames; t++) {
        const auto shared = sessions[0]->share_reference();
        const Picture ref = picture(t + 1);
        for (unsigned e = 0; e < kEncodes; e++) {
            const bool apart = alone && e == kEncodes - 1 && t % 4 == 0;
            sessions[e]->read_encode(ref, picture(2 * e), t, apart ? nullptr : shared);
        }
    }
    for (const auto& session : sessions) session->flush();
}

class ReferencesShared : public testing::TestWithParam<unsigned> {
 protected:
    ReferencesShared() { runs = &runs_; }

    std::vector<std::unique_ptr<Session>> sessions(const Metric& metric) const {
        std::vector<std::unique_ptr<Session>> list;
        VmafConfiguration cfg = {};
        cfg.n_threads = GetParam();
        for (unsigned e = 0; e < kEncodes; e++) {
            list.push_back(std::make_unique<Session>(cfg));
            list.back()->use_metric(metric, {});
        }
        return list;
    }

    Runs runs_;
};

TEST_P(ReferencesShared, ArePreparedOncePerFrame) {
    auto list = sessions(kTwoSteps);
    read_all(list, false);
    EXPECT_EQ(runs_.prepare, kFrames);
    EXPECT_EQ(runs_.extract_with, kEncodes * kFrames);
    EXPECT_EQ(runs_.extract, 0u);
    for (unsigned e = 0; e < kEncodes; e++)
        for (unsigned t = 0; t < kFrames; t++)
            EXPECT_EQ(list[e]->feature_score("sum", t), static_cast<double>(t + 1) - 2 * e);
}

TEST_P(ReferencesShared, GiveSumsOfThemselvesOnce) {
    auto list = sessions(kOfReference);
    read_all(list, false);
    EXPECT_EQ(runs_.extract, kFrames);
    for (unsigned e = 0; e < kEncodes; e++)
        for (unsigned t = 0; t < kFrames; t++) EXPECT_EQ(list[e]->feature_score("sum", t), 2 * t + 1);
}

/// Frames that nobody shares, and those behind them, are computed by those who read them.
TEST_P(ReferencesShared, AreTheSameOnlyWithTheSameBefore) {
    auto list = sessions(kOfReference);
    read_all(list, true);
    EXPECT_EQ(runs_.extract, kFrames + 2 * kFrames / 4);
    for (unsigned e = 0; e < kEncodes; e++)
        for (unsigned t = 0; t < kFrames; t++) EXPECT_EQ(list[e]->feature_score("sum", t), 2 * t + 1);
}

INSTANTIATE_TEST_SUITE_P(Threads, ReferencesShared, testing::Values(0u, 1u, 4u));

TEST(SharedReference, FillsAgainWhereFillingFailed) {
    SharedReference shared(std::make_shared<ReferenceMemory>());
    const PassIdentity pass{.metric = &kTwoSteps};
    const auto get = [&](bool fails) {
        return shared.prepared(
            pass, {}, 8, [] { return std::make_unique<Prepared>(); },
            [&](PreparedReference& made) {
                if (fails) throw std::runtime_error("this time");
                static_cast<Prepared&>(made).sum = 7;
            });
    };
    EXPECT_THROW(get(true), std::runtime_error);
    const auto made = get(false);
    EXPECT_EQ(static_cast<const Prepared&>(*made).sum, 7u);
    EXPECT_EQ(get(true), made);
}

TEST(SharedReference, IsPreparedWhileOthersWait) {
    SharedReference shared(std::make_shared<ReferenceMemory>());
    const PassIdentity pass{.metric = &kTwoSteps};
    std::atomic<unsigned> filled{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&] {
            const auto made = shared.prepared(
                pass, {}, 8, [] { return std::make_unique<Prepared>(); },
                [&](PreparedReference&) {
                    EXPECT_TRUE(shared.being_prepared(pass, {}));
                    filled++;
                });
            EXPECT_NE(made, nullptr);
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(filled, 1u);
    EXPECT_FALSE(shared.being_prepared(pass, {}));
}

/// Several references as a batch of a device has them.
struct Batch {
    explicit Batch(std::vector<SharedReference*> references) {
        for (SharedReference* const one : references) wanted.push_back({one, {}});
    }
    std::vector<SharedReference::Wanted> wanted;
};

std::vector<std::shared_ptr<SharedReference>> references(unsigned count) {
    std::vector<std::shared_ptr<SharedReference>> list;
    for (unsigned i = 0; i < count; i++)
        list.push_back(std::make_shared<SharedReference>(std::make_shared<ReferenceMemory>()));
    return list;
}

TEST(SharedReferences, AreFilledTogetherOnceEach) {
    const auto list = references(3);
    const PassIdentity pass{.metric = &kTwoSteps}, of_device{.metric = &kTwoSteps, .device = &list};
    std::vector<size_t> fills;
    const auto fill = [&](std::span<SharedReference::Wanted* const> mine) {
        fills.push_back(mine.size());
        for (auto* const one : mine) one->made = std::make_shared<Prepared>();
    };
    Batch first({list[0].get(), list[2].get()}), second({list[2].get(), list[1].get(), list[0].get()});
    SharedReference::prepare_together(first.wanted, pass, fill);
    SharedReference::prepare_together(second.wanted, pass, fill);
    EXPECT_EQ(fills, (std::vector<size_t>{2, 1}));
    EXPECT_EQ(second.wanted[0].made, first.wanted[1].made);
    EXPECT_EQ(second.wanted[2].made, first.wanted[0].made);
    EXPECT_NE(second.wanted[1].made, nullptr);
    Batch elsewhere({list[0].get()});
    SharedReference::prepare_together(elsewhere.wanted, of_device, fill);
    EXPECT_NE(elsewhere.wanted[0].made, first.wanted[0].made);
}

TEST(SharedReferences, StayWithoutWhatThereIsNoMemoryFor) {
    const auto list = references(2);
    const PassIdentity pass{.metric = &kTwoSteps};
    unsigned fills = 0;
    for (int user = 0; user < 2; user++) {
        Batch batch({list[0].get(), list[1].get()});
        SharedReference::prepare_together(batch.wanted, pass, [&](std::span<SharedReference::Wanted* const> mine) {
            fills++;
            mine[0]->made = std::make_shared<Prepared>();
        });
        EXPECT_NE(batch.wanted[0].made, nullptr);
        EXPECT_EQ(batch.wanted[1].made, nullptr);
    }
    EXPECT_EQ(fills, 1u);
}

/// Batches of several sizes and orders, of users some of whom fail again and again, end early or come late.
TEST(SharedReferences, AreThereForAllWhoeverFails) {
    constexpr unsigned kUsers = 4, kReferences = 64, kTries = 20;
    const PassIdentity pass{.metric = &kTwoSteps};
    for (unsigned round = 0; round < kTries; round++) {
        const auto list = references(kReferences);
        std::vector<std::atomic<unsigned>> filled(kReferences);
        const auto index_of = [&](const SharedReference* one) {
            return static_cast<size_t>(std::ranges::find(list, one, [](const auto& shared) { return shared.get(); }) -
                                       list.begin());
        };
        const auto use = [&](unsigned user) {
            const unsigned end = user == 1 ? kReferences / 2 : kReferences;
            unsigned calls = 0;
            for (unsigned first = user == 2 ? kReferences / 4 : 0; first < end;) {
                std::vector<SharedReference*> some;
                for (; some.size() < 1 + (user + round) % 5 && first < end; first++) some.push_back(list[first].get());
                if ((user + round) % 2) std::ranges::reverse(some);
                Batch batch(some);
                const auto fill = [&](std::span<SharedReference::Wanted* const> mine) {
                    if (user == 3 && calls++ % 3 == 0) throw std::runtime_error("this time");
                    for (auto* const one : mine) {
                        filled[index_of(one->shared)]++;
                        auto made = std::make_shared<Prepared>();
                        made->sum = index_of(one->shared);
                        one->made = made;
                    }
                };
                try {
                    SharedReference::prepare_together(batch.wanted, pass, fill);
                } catch (const std::runtime_error&) {
                    continue;  // it goes on with the next ones
                }
                for (const auto& one : batch.wanted)
                    EXPECT_EQ(static_cast<const Prepared&>(*one.made).sum, index_of(one.shared));
            }
        };
        std::vector<std::thread> threads;
        for (unsigned user = 0; user < kUsers; user++) threads.emplace_back(use, user);
        for (std::thread& thread : threads) thread.join();
        for (const auto& times : filled) EXPECT_EQ(times, 1u);
    }
}

TEST(ReferenceMemory, TakesUpNoMoreWhereNoneCanBeMade) {
    const auto memory = std::make_shared<ReferenceMemory>(80);
    const PassIdentity pass{.metric = &kTwoSteps};
    unsigned asked = 0;
    const auto take = [&](bool there_is_some) {
        return memory->take(pass, 8, [&] {
            asked++;
            return there_is_some ? std::make_unique<Prepared>() : nullptr;
        });
    };
    auto one = take(true);
    EXPECT_NE(one, nullptr);
    EXPECT_EQ(take(false), nullptr);
    EXPECT_EQ(take(true), nullptr);
    EXPECT_EQ(asked, 2u);
    one.reset();
    EXPECT_NE(take(true), nullptr);
    EXPECT_EQ(asked, 2u);
}

TEST(ReferenceMemory, IsRecycledAndBounded) {
    const auto memory = std::make_shared<ReferenceMemory>(20);
    const PassIdentity one{.metric = &kTwoSteps}, other{.metric = &kOfReference};
    unsigned made = 0;
    const auto take = [&](const PassIdentity& pass) {
        return memory->take(pass, 8, [&] {
            made++;
            return std::make_unique<Prepared>();
        });
    };
    auto a = take(one), b = take(one);
    EXPECT_NE(a, nullptr);
    EXPECT_NE(b, nullptr);
    EXPECT_EQ(take(one), nullptr);
    a.reset();
    a = take(one);
    EXPECT_NE(a, nullptr);
    EXPECT_EQ(made, 2u);
    EXPECT_EQ(take(other), nullptr);
    a.reset();
    auto c = take(other);  // in place of what nobody uses
    EXPECT_NE(c, nullptr);
    EXPECT_EQ(made, 3u);
    EXPECT_EQ(take(one), nullptr);
    b.reset();
    EXPECT_EQ(memory->take(other, 8, [] { return std::make_unique<Prepared>(); }), nullptr);  // it has one
    EXPECT_NE(take(one), nullptr);
    EXPECT_EQ(made, 3u);
}

}  // namespace
}  // namespace vmaf
