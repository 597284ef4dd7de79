// Any bytes as what ght-dnf-state, rpm and dnf5 print: read whole or not at all, and versions are
// ordered as a whole.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/core/result.h"
#include "collectors/patch/dnf/dnf5.h"
#include "collectors/patch/dnf/version.h"
#include "collectors/patch/rpm_answer.h"

namespace {

using namespace ght;
using namespace ght::collectors;

template <class T>
void explained(const Result<T>& result) {
  GHT_CHECK(result.ok() || !result.error().text().empty());
}

void answer(const std::string& bytes) {
  const auto state = rpm::read_answer(bytes);
  explained(state);
  if (!state.ok()) return;
  GHT_CHECK(state.value().damage.empty() != state.value().repositories.empty());
  for (const rpm::Update& update : state.value().updates) GHT_CHECK(update.package.size() >= 3);
}

HelperResult exited(const std::string& out, int code) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.code = code;
  result.out = out;
  return result;
}

// The bytes are the answers of all steps, one after the other, with a NUL between them.
void dnf5(const std::string& bytes) {
  explained(dnf::read_installed(bytes, std::string(std::ranges::count(bytes, '\n'), '.')));
  explained(dnf::read_repositories(bytes));
  explained(dnf::read_upgrades(bytes));
  explained(dnf::read_notices(bytes));
  explained(dnf::read_cves(bytes));
  GHT_CHECK(bytes.contains(dnf::damage_in(bytes)));
  Evidence evidence;
  for (std::size_t from = 0; from <= bytes.size() && evidence.size() < 20;) {
    const std::size_t end = std::min(bytes.find('\0', from), bytes.size());
    evidence.emplace_back(exited(bytes.substr(from, end - from), evidence.size() == 3 ? 100 : 0));
    from = end + 1;
  }
  explained(dnf::read_dnf5(evidence));
}

void versions(const std::string& bytes) {
  const std::size_t cut = bytes.find('\n');
  const std::string left = bytes.substr(0, cut);
  const std::string right = cut == std::string::npos ? "" : bytes.substr(cut + 1);
  GHT_CHECK(dnf::compare_evr(left, left) == 0);
  GHT_CHECK(dnf::compare_evr(left, right) == -dnf::compare_evr(right, left));
  const auto nevra = dnf::read_nevra(left);
  GHT_CHECK(!nevra || (nevra->package.size() >= 3 && nevra->evr.contains(':')));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  answer(bytes);
  dnf5(bytes);
  versions(bytes.substr(0, 256));
  return 0;
}
