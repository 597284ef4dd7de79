// One collector under foreign bytes: each answer of its recorded cases, and its memory, is replaced
// by the input. Whatever comes, interpret ends, and its observation keeps to what is declared.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "collectors/registry.h"
#include "tests/contract/fixture.h"
#include "tests/contract/replay.h"
#include "tests/contract/spoil.h"

namespace ght::contract {
namespace {

struct Subject {
  const Collector* collector = nullptr;
  std::vector<Inputs> cases;  // one of each shape of evidence is enough
};

Subject load() {
  Subject subject;
  subject.collector = collectors::find(GHT_COLLECTOR);
  GHT_CHECK(subject.collector != nullptr);
  std::vector<std::string> shapes;
  for (const auto& folder : fixture_folders(*subject.collector)) {
    Result<Fixture> fixture = load_fixture(*subject.collector, folder);
    GHT_CHECK(fixture.ok());
    std::string shape = fixture.value().memory.json.empty() ? "-" : "m";
    for (const StepResult& result : fixture.value().evidence) {
      shape += std::to_string(result.index());
    }
    if (std::find(shapes.begin(), shapes.end(), shape) != shapes.end()) continue;
    shapes.push_back(shape);
    subject.cases.push_back(inputs_of(fixture.value()));
  }
  GHT_CHECK(!subject.cases.empty());
  return subject;
}

void replace_answer(StepResult& result, const std::string& bytes) {
  if (auto* helper = std::get_if<HelperResult>(&result)) {
    helper->end = HelperEnd::exited;
    helper->code = 0;
  } else if (auto* http = std::get_if<HttpResult>(&result)) {
    http->failure = {};
    if (http->status == 0) http->status = 200;
  } else if (auto* dialog = std::get_if<DialogResult>(&result)) {
    dialog->failure = {};
  }
  if (std::string* const answer = answer_of(result)) *answer = bytes;
}

void try_one(const Collector& collector, const Inputs& inputs) {
  const Observation observation = replay_freely(collector, inputs);
  const auto found = faults(collector, observation, inputs.memory);
  for (const std::string& fault : found) std::fprintf(stderr, "fault: %s\n", fault.c_str());
  if (!found.empty()) std::abort();
}

}  // namespace
}  // namespace ght::contract

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace ght::contract;
  static const Subject subject = load();
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const Inputs& recorded : subject.cases) {
    // The peer says the input; what it led to is judged like any other evidence.
    for (ght::DialogResult& led_to : dialogs(*subject.collector, recorded, bytes)) {
      Inputs inputs = recorded;
      inputs.evidence.assign(1, std::move(led_to));
      try_one(*subject.collector, inputs);
    }
  }
  for (const Inputs& recorded : subject.cases) {
    for (std::size_t i = 0; i < recorded.evidence.size(); ++i) {
      Inputs inputs = recorded;
      replace_answer(inputs.evidence[i], bytes);
      try_one(*subject.collector, inputs);
    }
    Inputs inputs = recorded;
    inputs.memory.json = bytes;
    try_one(*subject.collector, inputs);
  }
  return 0;
}
