#include <gtest/gtest.h>

#include "agent/core/reasons.h"
#include "collectors/availability/dicom/dicom_script.h"
#include "collectors/availability/dicom/dicom_test_peer.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

namespace peer = dicom::test;

Settings with_defaults() {
  Settings settings;
  settings.set("host", std::string("pacs.example"));
  settings.set("port", std::int64_t{104});
  settings.set("called_ae", std::string("PACS"));
  settings.set("calling_ae", std::string("GHT-AGENT"));
  settings.set("tls", false);
  settings.set("insecure_skip_verify", false);
  return settings;
}

Result<Plan> plan_of(const Settings& settings) {
  return find("dicom")->plan(settings, {}, {});
}

std::string error_with(const char* key, Settings::Value value, bool tls = false) {
  Settings settings = with_defaults();
  settings.set("tls", tls);
  settings.set(key, std::move(value));
  const Result<Plan> plan = plan_of(settings);
  return plan.ok() ? "" : plan.error().text();
}

TEST(DicomCollector, PlansOneDialog) {
  Settings settings = with_defaults();
  settings.set("port", std::int64_t{11112});
  const Result<Plan> plan = plan_of(settings);
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  ASSERT_EQ(plan.value().size(), 1U);
  const auto& step = std::get<Dialog>(plan.value()[0]);
  EXPECT_EQ(step.host, "pacs.example");
  EXPECT_EQ(step.port, 11112);
  EXPECT_FALSE(step.tls_from_start);
  EXPECT_EQ(step.words, (std::vector<std::string>{"PACS", "GHT-AGENT"}));
  EXPECT_EQ(step.script, &dicom::script);
  const Result<Plan> more = find("dicom")->plan(settings, {DialogResult{}}, {});
  ASSERT_TRUE(more.ok());
  EXPECT_TRUE(more.value().empty());
}

TEST(DicomCollector, HandsTlsOn) {
  Settings settings = with_defaults();
  settings.set("tls", true);
  settings.set("ca_file", std::string("/ca.pem"));
  settings.set("server_name", std::string("pacs"));
  settings.set("cert_file", std::string("/us.pem"));
  settings.set("key_file", std::string("/us.key"));
  const Result<Plan> plan = plan_of(settings);
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  const auto& step = std::get<Dialog>(plan.value()[0]);
  EXPECT_TRUE(step.tls_from_start);
  EXPECT_TRUE(step.tls.verify);
  EXPECT_EQ(step.tls.ca_file, "/ca.pem");
  EXPECT_EQ(step.tls.server_name, "pacs");
  EXPECT_EQ(step.tls.cert_file, "/us.pem");
  EXPECT_EQ(step.tls.key_file, "/us.key");
}

TEST(DicomCollector, RefusesTitlesThatNoAssociationCarries) {
  EXPECT_EQ(error_with("called_ae", std::string("PACS 1_a~")), "");
  for (const char* title : {"PACS\\1", "PACS ", " PACS", " ", "PACSÉ", "A\tB"}) {
    EXPECT_TRUE(error_with("called_ae", std::string(title)).starts_with("settings.called_ae: "))
        << title;
    EXPECT_TRUE(error_with("calling_ae", std::string(title)).starts_with("settings.calling_ae: "))
        << title;
  }
}

TEST(DicomCollector, RefusesSettingsThatContradictEachOther) {
  EXPECT_EQ(error_with("host", std::string("2001:db8::1")), "");
  EXPECT_TRUE(error_with("host", std::string("pacs:104")).starts_with("settings.host: "));
  EXPECT_TRUE(error_with("ca_file", std::string("/x")).starts_with("settings.ca_file: "));
  EXPECT_EQ(error_with("ca_file", std::string("/x"), true), "");
  EXPECT_TRUE(error_with("cert_file", std::string("/x"), true).starts_with("settings.cert_file: "));
}

Observation observed(DialogResult result) {
  return find("dicom")->interpret(with_defaults(), {std::move(result)}, {}, {});
}

DialogResult ended(std::string_view failure, std::vector<std::string> heard) {
  DialogResult result;
  result.failure = failure;
  result.failure_detail = "connection closed";
  result.heard = std::move(heard);
  return result;
}

TEST(DicomCollector, ARefusalSaysMoreThanTheEndOfTheConnection) {
  const auto code = [](std::string_view failure, std::vector<std::string> heard) {
    const Observation observation = observed(ended(failure, std::move(heard)));
    EXPECT_EQ(observation.verdict, Verdict::bad);
    return observation.reason.code;
  };
  EXPECT_EQ(code(reasons::connection_closed, {"", peer::rejection(1, 1, 7)}),
            "dicom_rejected_called_ae");
  EXPECT_EQ(code(reasons::connection_closed, {"", peer::accept_pdu(), peer::abort(0, 0)}),
            "dicom_aborted");
  EXPECT_EQ(code(reasons::connection_closed, {"", peer::rejection(1, 1, 7).substr(0, 9)}),
            "connection_closed");
  EXPECT_EQ(code(reasons::answer_timeout, {"", peer::rejection(1, 1, 7)}), "answer_timeout");
}

TEST(DicomCollector, AFailedDialogIsNotGoodWhateverWasHeard) {
  const std::string echo = peer::pdu(4, peer::value(3, peer::echo_answer()));
  const std::vector<std::string> heard = {"", peer::accept_pdu(), echo, ""};
  EXPECT_EQ(observed(ended("", heard)).verdict, Verdict::good);
  EXPECT_EQ(observed(ended(reasons::connection_closed, heard)).verdict, Verdict::bad);
  EXPECT_EQ(observed(ended(reasons::answer_limit, heard)).verdict, Verdict::bad);
  EXPECT_EQ(observed(ended(reasons::probe_not_made, heard)).verdict, Verdict::unknown);
}

}  // namespace
}  // namespace ght::collectors
