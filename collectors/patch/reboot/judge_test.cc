#include "collectors/patch/reboot/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/limits.h"
#include "collectors/patch/reboot/memory.h"

namespace ght::collectors::reboot {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;
using testing::HasSubstr;

constexpr Duration day = 24h;
const WallTime now = WallTime(1795000000s);

WallTime days_ago(int days) {
  return now - std::chrono::hours(24) * days;
}

InstalledKernel kernel(std::string release, int days, std::string package) {
  return {.release = std::move(release),
          .since = days_ago(days),
          .changed = days_ago(days),
          .package = std::move(package)};
}

// Forty days after its boot, all is well.
Answer answer() {
  Answer answer;
  answer.boot_id = "this-boot";
  answer.booted = days_ago(40);
  answer.uptime = 40 * day;
  answer.release = "6.1.0-37-amd64";
  answer.version = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)";
  answer.installed = {kernel("6.1.0-37-amd64", 41, "6.1.140-1")};
  answer.processes_read = 100;
  return answer;
}

Answer with_newer_kernel(int days) {
  Answer changed = answer();
  changed.installed.push_back(kernel("6.1.0-38-amd64", days, "6.1.147-1"));
  return changed;
}

Answer with_stale_service(Duration started) {
  Answer changed = answer();
  changed.units = {{.kind = "service", .name = "nginx.service", .started = started}};
  return changed;
}

Rules rules() {
  return {.max_reboot_age = 14 * day, .max_service_age = {}, .ignored_units = {}};
}

Rules rules_for_services(Duration age) {
  Rules changed = rules();
  changed.max_service_age = age;
  return changed;
}

Observation judged(const Answer& about, const Rules& by = rules(), const Memory& before = {},
                   WallTime at = now) {
  return judge(about, {}, by, before, at);
}

std::optional<double> value_of(const Observation& observation, const Family& family,
                               std::string_view kind = {}) {
  for (const Sample& sample : observation.samples) {
    if (sample.family != &family) continue;
    if (kind.empty() || sample.label_values.at(0) == kind) return sample.value;
  }
  return std::nullopt;
}

double seconds(WallTime time) {
  return to_seconds(time);
}

TEST(Reboot, IsRequiredSinceTheFirstNewerKernelCame) {
  Answer two = with_newer_kernel(3);
  two.installed.push_back(kernel("6.1.0-39-amd64", 2, "6.1.150-1"));
  const Observation observation = judged(two);
  EXPECT_EQ(observation.verdict, Verdict::good);
  EXPECT_EQ(observation.reason.code, reasons::pending);
  EXPECT_EQ(std::get<std::string>(observation.reason.value), "6.1.0-37-amd64 → 6.1.0-39-amd64");
  EXPECT_EQ(value_of(observation, required_family), 1);
  EXPECT_EQ(value_of(observation, outdated_family), 1);
  EXPECT_EQ(value_of(observation, since_family), seconds(days_ago(3)));
}

TEST(Reboot, IsOverdueAfterTheLimitAndNotBefore) {
  EXPECT_EQ(judged(with_newer_kernel(14)).verdict, Verdict::good);
  const Observation later = judged(with_newer_kernel(14), rules(), {}, now + 1s);
  EXPECT_EQ(later.verdict, Verdict::bad);
  EXPECT_EQ(later.reason.code, reasons::overdue);
}

// The old kernel was booted again: the newer one has not been taken into use by that.
TEST(Reboot, AnUpdateFromBeforeTheBootKeepsItsDate) {
  EXPECT_EQ(value_of(judged(with_newer_kernel(60)), since_family), seconds(days_ago(60)));
}

TEST(Reboot, AnOlderKernelOrOneOfAnotherFlavourRequiresNone) {
  Answer others = answer();
  others.installed.push_back(kernel("6.1.0-9-amd64", 1, "6.1.27-1"));
  others.installed.push_back(kernel("6.1.0-40-cloud-amd64", 1, "6.1.150-1"));
  others.installed.push_back(kernel("0-rescue-2f1bd6a4", 1, "1"));
  EXPECT_EQ(judged(others).reason.code, reasons::not_required);
}

TEST(Reboot, ADateOfFirstSightIsKeptWhileTheStateHolds) {
  Answer undated = with_newer_kernel(1);
  undated.installed.back().since.reset();
  const Observation first = judged(undated);
  EXPECT_EQ(value_of(first, since_family), seconds(now));
  const WallTime later = now + std::chrono::hours(24) * 15;
  const Observation second = judged(undated, rules(), first.memory, later);
  EXPECT_EQ(value_of(second, since_family), seconds(now));
  EXPECT_EQ(second.verdict, Verdict::bad);
}

TEST(Reboot, ALaterDateOfTheSameStateDoesNotStartItAgain) {
  const Observation first = judged(with_newer_kernel(10));
  const Observation second = judged(with_newer_kernel(1), rules(), first.memory);
  EXPECT_EQ(value_of(second, since_family), seconds(days_ago(10)));
}

TEST(Reboot, ABootEndsIt) {
  const Observation first = judged(with_newer_kernel(10));
  Answer rebooted = answer();
  rebooted.boot_id = "next-boot";
  EXPECT_EQ(judged(rebooted, rules(), first.memory).verdict, Verdict::good);
  Answer again = with_newer_kernel(1);
  again.boot_id = "next-boot";
  EXPECT_EQ(value_of(judged(again, rules(), first.memory), since_family), seconds(days_ago(1)));
}

TEST(Reboot, AStateThatEndedWithoutABootIsForgotten) {
  const Observation first = judged(with_newer_kernel(10));
  const Observation ended = judged(answer(), rules(), first.memory);
  EXPECT_EQ(value_of(ended, required_family), 0);
  EXPECT_EQ(value_of(judged(with_newer_kernel(1), rules(), ended.memory), since_family),
            seconds(days_ago(1)));
}

TEST(Reboot, ADoubtForgetsNothing) {
  const Observation first = judged(with_newer_kernel(10));
  Answer nothing_to_compare = answer();
  nothing_to_compare.installed.clear();
  const Observation doubt = judged(nothing_to_compare, rules(), first.memory);
  EXPECT_EQ(doubt.verdict, Verdict::unknown);
  EXPECT_EQ(doubt.reason.code, reasons::kernel_not_comparable);
  EXPECT_EQ(value_of(doubt, required_family), std::nullopt);
  EXPECT_EQ(value_of(judged(with_newer_kernel(1), rules(), doubt.memory), since_family),
            seconds(days_ago(10)));
}

TEST(Reboot, AnotherBuildOfTheSameNameRequiresOne) {
  Answer rebuilt = answer();
  rebuilt.installed = {kernel("6.1.0-37-amd64", 15, "6.1.153-1")};
  const Observation observation = judged(rebuilt);
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(std::get<std::string>(observation.reason.value), "6.1.0-37-amd64 (6.1.153-1)");
}

TEST(Reboot, ABuildThatIsNotToldIsTheSameOnlyIfItsImageIsOlderThanTheBoot) {
  Answer untold = answer();
  untold.installed[0].package.reset();
  EXPECT_EQ(judged(untold).reason.code, reasons::not_required);
  untold.installed[0].changed = untold.booted;
  EXPECT_EQ(judged(untold).reason.code, reasons::not_required);
  untold.installed[0].changed = untold.booted + 1s;
  EXPECT_EQ(judged(untold).verdict, Verdict::unknown);
  EXPECT_EQ(judged(untold).reason.code, reasons::build_not_known);
  untold.installed[0].changed.reset();
  EXPECT_EQ(judged(untold).reason.code, reasons::build_not_known);
}

TEST(Reboot, ARemovedKernelThatRunsCannotBeCompared) {
  Answer removed = answer();
  removed.installed = {kernel("6.1.0-36-amd64", 80, "6.1.139-1")};
  EXPECT_EQ(judged(removed).reason.code, reasons::kernel_not_comparable);
}

TEST(Reboot, AFlagRequiresOneWhateverTheKernel) {
  Answer flagged = answer();
  flagged.installed.clear();
  flagged.flags = {{.file = "/run/reboot-required", .since = days_ago(15), .packages = {}}};
  const Observation observation = judged(flagged);
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(value_of(observation, required_family), 1);
  EXPECT_EQ(value_of(observation, outdated_family), std::nullopt);
  flagged.flags[0].since = days_ago(1);
  EXPECT_EQ(judged(flagged).verdict, Verdict::unknown) << "the kernel may have been older for long";
  EXPECT_EQ(value_of(judged(flagged), required_family), 1);
}

TEST(Reboot, PackagesNewerThanTheBootRequireOne) {
  const CorePackages core = {.packages = {{.name = "glibc", .installed = days_ago(16)},
                                          {.name = "glibc", .installed = days_ago(15)},
                                          {.name = "systemd", .installed = days_ago(41)}},
                             .doubt = {}};
  const Observation observation = judge(answer(), core, rules(), {}, now);
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(std::get<std::string>(observation.reason.value), "glibc");
  EXPECT_EQ(value_of(observation, since_family), seconds(days_ago(16)));
  EXPECT_EQ(value_of(observation, outdated_family), 0);
}

TEST(Reboot, ThePendingReasonNamesAllCausesAndTheOverdueOneTheFirst) {
  Answer both = with_newer_kernel(3);
  both.flags = {{.file = "/run/reboot-needed", .since = days_ago(10), .packages = {}}};
  EXPECT_EQ(std::get<std::string>(judged(both).reason.value),
            "6.1.0-37-amd64 → 6.1.0-38-amd64; /run/reboot-needed");
  both.flags[0].since = days_ago(20);
  EXPECT_EQ(std::get<std::string>(judged(both).reason.value), "/run/reboot-needed");
}

TEST(Reboot, ADateInTheFutureTeachesNothing) {
  const Memory before = judged(with_newer_kernel(10)).memory;
  for (Answer wrong : {with_newer_kernel(-1), answer()}) {
    if (wrong.installed.size() == 1) wrong.booted = days_ago(-1);
    const Observation observation = judged(wrong, rules(), before);
    EXPECT_EQ(observation.verdict, Verdict::unknown);
    EXPECT_EQ(observation.reason.code, reasons::clock_wrong);
    EXPECT_THAT(observation.samples, testing::IsEmpty());
    EXPECT_EQ(observation.memory, before);
  }
}

TEST(Services, AreCountedByKindAndReportedOnly) {
  const Observation observation = judged(with_stale_service(1h));
  EXPECT_EQ(observation.verdict, Verdict::good);
  EXPECT_EQ(observation.reason.code, reasons::services_stale);
  EXPECT_EQ(std::get<std::string>(observation.reason.value), "1 (nginx.service)");
  EXPECT_EQ(value_of(observation, services_family, "service"), 1);
  EXPECT_EQ(value_of(observation, services_family, "container"), 0);
}

TEST(Services, ALowerBoundIsNoNumberAndNotNone) {
  Answer partial = with_stale_service(1h);
  partial.processes_not_read = 3;
  EXPECT_EQ(value_of(judged(partial), services_family), std::nullopt);
  EXPECT_EQ(std::get<std::string>(judged(partial).reason.value), "≥ 1 (nginx.service)");
  partial.units.clear();
  EXPECT_EQ(judged(partial).reason.code, reasons::not_required_in_part);
  EXPECT_EQ(std::get<std::string>(judged(partial).reason.value), "3 / 103");
  EXPECT_EQ(value_of(judged(partial), services_family), std::nullopt);
}

TEST(Services, WhereTheyCountUnreadProcessesAreUnknown) {
  Answer partial = answer();
  partial.processes_not_read = 3;
  EXPECT_EQ(judged(partial, rules_for_services(day)).verdict, Verdict::unknown);
  EXPECT_EQ(judged(answer(), rules_for_services(day)).verdict, Verdict::good);
  Answer hidden = answer();
  hidden.processes_hidden = true;
  const Observation observation = judged(hidden, rules_for_services(day));
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, reasons::processes_not_read);
  EXPECT_THAT(std::get<std::string>(observation.reason.value), HasSubstr("hidepid"));
}

TEST(Services, AreOverdueAfterTheLimitSinceTheyWereFirstSeen) {
  const Rules by = rules_for_services(2 * day);
  Answer stale = with_stale_service(1h);
  const Observation first = judged(stale, by);
  EXPECT_EQ(first.verdict, Verdict::good);
  stale.uptime += 2 * day;
  EXPECT_EQ(judged(stale, by, first.memory).verdict, Verdict::good);
  stale.uptime += 1s;
  stale.processes_not_read = 7;
  const Observation late = judged(stale, by, first.memory);
  EXPECT_EQ(late.verdict, Verdict::bad) << "true whatever else could not be read";
  EXPECT_EQ(late.reason.code, reasons::services_overdue);
}

TEST(Services, AServiceThatWasRestartedSinceBeginsAnew) {
  const Rules by = rules_for_services(2 * day);
  const Observation first = judged(with_stale_service(1h), by);
  Answer restarted = with_stale_service(41 * day);
  restarted.uptime += 3 * day;
  EXPECT_EQ(judged(restarted, by, first.memory).verdict, Verdict::good);
}

TEST(Services, OneOutOfSightIsForgottenOnlyWhenAllProcessesWereRead) {
  const Rules by = rules_for_services(2 * day);
  const Memory before = judged(with_stale_service(1h), by).memory;
  Answer none = answer();
  none.uptime += day;
  Answer later = with_stale_service(1h);
  later.uptime += 3 * day;
  EXPECT_EQ(judged(later, by, judged(none, by, before).memory).verdict, Verdict::good);
  none.processes_not_read = 1;
  EXPECT_EQ(judged(later, by, judged(none, by, before).memory).verdict, Verdict::bad);
}

TEST(Services, IgnoredUnitsDoNotCount) {
  Rules by = rules();
  for (const char* pattern : {"nginx.service", "ngin*", "*"}) {
    by.ignored_units = {pattern};
    EXPECT_EQ(judged(with_stale_service(1h), by).reason.code, reasons::not_required) << pattern;
  }
  by.ignored_units = {"nginx"};
  EXPECT_EQ(judged(with_stale_service(1h), by).reason.code, reasons::services_stale);
}

TEST(RebootMemory, IsBoundedAndKeepsWhatWasSeenFirst) {
  Remembered remembered{.boot_id = "b", .required_since = now, .units = {}};
  for (int i = 0; i < 2000; ++i) {
    remembered.units["service " + std::string(100, 'x') + std::to_string(i)] = (3000 - i) * 1s;
  }
  const Memory memory = memory_of(remembered);
  EXPECT_LE(memory.json.size(), limits::memory_bytes);
  const Remembered back = remembered_of(memory, "b");
  EXPECT_EQ(back.required_since, now);
  EXPECT_GT(back.units.size(), 400U);
  EXPECT_TRUE(back.units.contains("service " + std::string(100, 'x') + "1999"));
  EXPECT_FALSE(back.units.contains("service " + std::string(100, 'x') + "0"));
}

}  // namespace
}  // namespace ght::collectors::reboot
