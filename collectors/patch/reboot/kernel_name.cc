#include "collectors/patch/reboot/kernel_name.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ght::collectors::reboot {
namespace {

constexpr std::array<std::string_view, 8> rpm_architectures = {
    "x86_64", "aarch64", "ppc64le", "s390x", "i686", "i586", "armv7hl", "riscv64"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "6.1.0-37": two numbers with a dot between them, at least.
bool begins_as_version(std::string_view text) {
  const std::size_t dot = std::min(text.find_first_not_of("0123456789"), text.size());
  return dot > 0 && dot + 1 < text.size() && text[dot] == '.' && is_digit(text[dot + 1]);
}

// 5.14.0-503.el9.x86_64, 5.14.0-503.el9.aarch64+64k, 5.15.0-300.163.el9uek.x86_64.
std::optional<KernelName> parse_rpm_name(std::string_view release) {
  const std::string_view base = release.substr(0, release.find('+'));
  const std::size_t dot = base.rfind('.');
  if (dot == std::string_view::npos ||
      std::ranges::find(rpm_architectures, base.substr(dot + 1)) == rpm_architectures.end()) {
    return std::nullopt;
  }
  std::string_view version = base.substr(0, dot);
  std::string_view flavour = release.substr(dot + 1);
  // Oracle's other kernel is not told by the variant.
  if (version.ends_with("uek")) {
    version.remove_suffix(3);
    flavour = release.substr(dot - 3);
  }
  return KernelName{.version = version, .flavour = flavour, .names_its_build = true};
}

struct Run {
  std::string_view text;
  bool digits = false;
};

// The next run of digits or letters; what separates them says nothing. Empty: the end.
Run next_run(std::string_view& rest) {
  while (!rest.empty() && !is_digit(rest[0]) && !is_letter(rest[0]) && rest[0] != '~') {
    rest.remove_prefix(1);
  }
  if (rest.empty() || rest[0] == '~') return {};
  const bool digits = is_digit(rest[0]);
  std::size_t end = 1;
  while (end < rest.size() && (digits ? is_digit(rest[end]) : is_letter(rest[end]))) ++end;
  const Run run = {.text = rest.substr(0, end), .digits = digits};
  rest.remove_prefix(end);
  return run;
}

std::weak_ordering compare_runs(Run left, Run right) {
  if (left.digits != right.digits) return left.digits <=> right.digits;
  if (left.digits) {
    left.text.remove_prefix(std::min(left.text.find_first_not_of('0'), left.text.size()));
    right.text.remove_prefix(std::min(right.text.find_first_not_of('0'), right.text.size()));
    if (left.text.size() != right.text.size()) return left.text.size() <=> right.text.size();
  }
  return left.text <=> right.text;
}

// What stands between `before` and `after`; empty when one of them is missing.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + before.size();
  const std::size_t end = text.find(after, begin);
  return end == std::string_view::npos ? std::string_view{} : text.substr(begin, end - begin);
}

}  // namespace

std::optional<KernelName> parse_kernel(std::string_view release) {
  if (!begins_as_version(release)) return std::nullopt;
  if (const auto name = parse_rpm_name(release)) return name;
  std::size_t end = 0;  // of the version: up to the first part that begins with a letter
  while (end < release.size()) {
    const std::size_t next = std::min(release.find('-', end + 1), release.size());
    if (end > 0 && (end + 1 == release.size() || !is_digit(release[end + 1]))) break;
    end = next;
  }
  return KernelName{.version = release.substr(0, end),
                    .flavour = end < release.size() ? release.substr(end + 1) : std::string_view{}};
}

std::weak_ordering compare_versions(std::string_view left, std::string_view right) {
  while (true) {
    const Run one = next_run(left);
    const Run other = next_run(right);
    if (one.text.empty() || other.text.empty()) {
      // A tilde is before the end, and the end before anything else (6.1~rc7 < 6.1 < 6.1.1).
      const auto rank = [](const Run& run, std::string_view rest) {
        return run.text.empty() ? (rest.empty() ? 1 : 0) : 2;
      };
      const int mine = rank(one, left);
      const int theirs = rank(other, right);
      if (mine != theirs) return mine <=> theirs;
      if (mine == 1) return std::weak_ordering::equivalent;
      left.remove_prefix(1);
      right.remove_prefix(1);
      continue;
    }
    if (const auto order = compare_runs(one, other); order != 0) return order;
  }
}

Build compare_builds(std::string_view running, std::string_view package) {
  if (package.empty()) return Build::not_known;
  if (const auto debian = between(running, " Debian ", " ("); !debian.empty()) {
    return debian == package ? Build::same : Build::differs;
  }
  // "#129~20.04.1-Ubuntu" is the upload of package 5.15.0-119.129~20.04.1.
  if (!running.starts_with('#')) return Build::not_known;
  const std::string_view upload = between(running, "#", "-Ubuntu");
  if (upload.empty() || upload.find(' ') != std::string_view::npos) return Build::not_known;
  // A package that was only signed again has the build it had ("+1").
  const std::string_view whole = package.substr(0, package.rfind('+'));
  const std::size_t dash = whole.rfind('-');
  const std::size_t dot = dash == std::string_view::npos ? dash : whole.find('.', dash);
  if (dot == std::string_view::npos) return Build::not_known;
  return whole.substr(dot + 1) == upload ? Build::same : Build::differs;
}

}  // namespace ght::collectors::reboot
