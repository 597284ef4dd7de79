#include <gtest/gtest.h>

#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using Texts = std::vector<std::string>;
using Kind = DialogTurn::Kind;

Settings given() {
  Settings settings;
  settings.set("host", std::string("eai.example"));
  settings.set("port", std::int64_t{2575});
  settings.set("tls", false);
  settings.set("insecure_skip_verify", false);
  settings.set("sending_application", std::string("GHT-AGENT"));
  settings.set("processing_id", std::string("P"));
  settings.set("version", std::string("2.5"));
  settings.set("message_type", std::string("NMD^N02^NMD_N02"));
  settings.set("accept", Texts{"AA", "CA"});
  settings.set("accept_rejection", std::string("message"));
  return settings;
}

std::string sent(const Settings& settings, const Memory& memory = {}) {
  const Result<Plan> plan = find("mllp")->plan(settings, {}, memory);
  EXPECT_TRUE(plan.ok()) << plan.error().text();
  const auto& step = std::get<Dialog>(plan.value().at(0));
  const DialogTurn turn = step.script(step.words, {""});
  EXPECT_EQ(turn.kind, Kind::say);
  return turn.bytes;
}

std::string error_of(const Settings& settings) {
  const Result<Plan> plan = find("mllp")->plan(settings, {}, {});
  return plan.ok() ? "" : plan.error().text();
}

Observation answered(const Settings& settings, const std::string& segments,
                     const Memory& memory = {}) {
  DialogResult result;
  result.heard = {"", "\x0bMSH|^~\\&|E\r" + segments + "\x1c\r"};
  return find("mllp")->interpret(settings, {result}, memory, WallTime{});
}

TEST(MllpCollector, SaysOneMessageThatChangesNothing) {
  EXPECT_EQ(sent(given()),
            "\x0bMSH|^~\\&|GHT-AGENT||||||NMD^N02^NMD_N02|GHT000000001|P|2.5\rNST|N\r\x1c\r");
  Settings named = given();
  named.set("sending_facility", std::string("CH1"));
  named.set("receiving_application", std::string("EAI^1.2.3^ISO"));
  named.set("receiving_facility", std::string("CH2"));
  named.set("processing_id", std::string("T"));
  named.set("version", std::string("2.3.1"));
  named.set("message_type", std::string("NMQ^N01^NMQ_N01"));
  EXPECT_EQ(sent(named),
            "\x0bMSH|^~\\&|GHT-AGENT|CH1|EAI^1.2.3^ISO|CH2|||NMQ^N01^NMQ_N01|GHT000000001|T|2.3.1\r"
            "NST|N\r\x1c\r");
}

TEST(MllpCollector, ListensToTheEndOfTheFrame) {
  const Result<Plan> plan = find("mllp")->plan(given(), {}, {});
  const auto& step = std::get<Dialog>(plan.value().at(0));
  EXPECT_EQ(step.script(step.words, {"", ""}).kind, Kind::listen);
  EXPECT_EQ(step.script(step.words, {"", "\x0bMSH|^~\\&|E\rMSA|AA|1\r\x1c"}).kind, Kind::listen);
  EXPECT_EQ(step.script(step.words, {"", "\x0bMSH|^~\\&|E\rMSA|AA|1\r\x1c\r"}).kind, Kind::finish);
  EXPECT_EQ(step.script(step.words, {"", "HTTP/1.1"}).kind, Kind::finish);
}

TEST(MllpCollector, EachRunHasAControlIdOfItsOwn) {
  Memory memory;
  for (const char* id : {"GHT000000001", "GHT000000002", "GHT000000003"}) {
    EXPECT_NE(sent(given(), memory).find("|" + std::string(id) + "|"), std::string::npos) << id;
    const Observation seen = answered(given(), "MSA|AA|" + std::string(id), memory);
    EXPECT_EQ(seen.verdict, Verdict::good);
    EXPECT_EQ(answered(given(), "MSA|AA|GHT000000000", memory).reason.code, "mllp_control_id");
    memory = seen.memory;
  }
  EXPECT_EQ(memory.json, "{\"last_id\":3}");
  for (const char* odd :
       {R"({"last_id":999999999})", R"({"last_id":-1})", R"({"last_id":1.5})", "[]", "{"}) {
    EXPECT_NE(sent(given(), {odd}).find("|GHT000000001|"), std::string::npos) << odd;
  }
  EXPECT_NE(sent(given(), {R"({"last_id":999999998})"}).find("|GHT999999999|"), std::string::npos);
}

TEST(MllpCollector, AMessageOfOnesOwnGoesOutAsItIs) {
  Settings own = given();
  own.set("message",
          Texts{"MSH|^~\\&|A|B|C|D|20260101||QBP^Q11^QBP_Q11|Q7|P|2.5", "QPD|Z1|1", "RCP|I"});
  EXPECT_EQ(sent(own),
            "\x0bMSH|^~\\&|A|B|C|D|20260101||QBP^Q11^QBP_Q11|Q7|P|2.5\rQPD|Z1|1\rRCP|I\r\x1c\r");
  EXPECT_EQ(answered(own, "MSA|AA|Q7").verdict, Verdict::good);
  EXPECT_EQ(answered(own, "MSA|AA|Q8").verdict, Verdict::bad);
  EXPECT_TRUE(answered(own, "MSA|AA|Q7").memory.json.empty()) << "nothing is counted";
}

TEST(MllpCollector, AMessageThatIsNoneOrMayActIsRefused) {
  const auto error_with = [](Texts message) {
    Settings own = given();
    own.set("message", std::move(message));
    return error_of(own);
  };
  const std::string start = "settings.message: expected an MSH segment first, with a control id";
  EXPECT_TRUE(error_with({"PID|1"}).starts_with(start));
  EXPECT_TRUE(error_with({"MSH|^~\\&|||||||QRY^A19||P|2.3"}).starts_with(start));
  EXPECT_TRUE(error_with({"MSH|^~\\&|||||||QRY^A19|" + std::string(200, '1')}).starts_with(start));
  EXPECT_TRUE(error_with({"MSH|^~\\&|||||||QRY^A19|1|P|2.3", "PID|é"})
                  .starts_with("settings.message: \"PID|é\": expected a segment in ASCII"));
  EXPECT_TRUE(error_with({"MSH|^~\\&|||||||QRY^A19|1|P|2.3", std::string(17000, 'Z')})
                  .starts_with("settings.message: expected at most 16 KiB"));
  EXPECT_TRUE(error_with({"MSH|^~\\&|||||||ADT^A01|1|P|2.3"})
                  .starts_with("settings.message: \"ADT\" may be acted upon"));
  EXPECT_TRUE(error_with({"MSH|^~\\&|||||||ADT^A01|1"})
                  .starts_with("settings.message: \"ADT\" may be acted upon"));
  EXPECT_TRUE(error_with({"MSH|^~\\&|||||||ADT^A01|1|TX|2.3"})
                  .starts_with("settings.message: \"ADT\" may be acted upon"));
  EXPECT_EQ(error_with({"MSH|^~\\&|||||||ADT^A01|1|T|2.3"}), "");
  EXPECT_EQ(error_with({"MSH|^~\\&|||||||ADT^A01|1|D^A|2.3"}), "");
}

TEST(MllpCollector, NamesAreAsciiWithoutDelimiters) {
  for (const char* name : {"A|B", "A~B", "A\\B", "A&B", "É"}) {
    Settings settings = given();
    settings.set("receiving_facility", std::string(name));
    EXPECT_TRUE(error_of(settings).starts_with("settings.receiving_facility: ")) << name;
  }
  Settings settings = given();
  settings.set("accept", Texts{"AA", "AE"});
  EXPECT_EQ(error_of(settings), "settings.accept: \"AE\": expected AA or CA");
}

TEST(MllpCollector, ARefusalIsGoodWhenItIsAllowedAndSaysWhy) {
  struct Row {
    const char* allowed;
    const char* segments;
    Verdict verdict;
  };
  constexpr auto rows = std::to_array<Row>({
      {"none", "MSA|AR|GHT000000001\rERR|||200", Verdict::bad},
      {"message", "MSA|AR|GHT000000001\rERR|||200", Verdict::good},
      {"message", "MSA|CR|GHT000000001\rERR|||203", Verdict::good},
      {"message", "MSA|AE|GHT000000001\rERR|||101", Verdict::good},
      {"message", "MSA|AE|GHT000000001\rERR|||207", Verdict::bad},
      {"message", "MSA|AE|GHT000000001\rERR|||104", Verdict::bad},
      {"message", "MSA|AE|GHT000000001\rERR|||0", Verdict::bad},
      {"message", "MSA|AR|GHT000000001", Verdict::bad},
      {"any", "MSA|AR|GHT000000001", Verdict::good},
      {"any", "MSA|AE|GHT000000001\rERR|||207", Verdict::good},
      {"any", "MSA|AE|GHT000000009", Verdict::bad},
  });
  for (const Row& row : rows) {
    Settings settings = given();
    settings.set("accept_rejection", std::string(row.allowed));
    EXPECT_EQ(answered(settings, row.segments).verdict, row.verdict)
        << row.allowed << " " << row.segments;
  }
  Settings original = given();
  original.set("accept", Texts{"AA"});
  original.set("accept_rejection", std::string("any"));
  EXPECT_EQ(answered(original, "MSA|CA|GHT000000001").verdict, Verdict::bad)
      << "a commit is no refusal";
}

// Health data may be anywhere in an answer.
TEST(MllpCollector, NothingOfAnAnswerIsShownButCodes) {
  for (const char* segments :
       {"MSA|AA|DUPONT JEAN", "MSA|AA|DUPONT^JEAN", "MSA|DUPONT|GHT000000001", "PID|DUPONT",
        "MSA|AE|GHT000000001|DUPONT\rERR|DUPONT|DUPONT|DUPONT^DUPONT|E||||DUPONT",
        "MSA|AE|GHT000000001|DUPONT\rERR|||207^DUPONT^DUPONT",
        "MSA|AR|GHT000000001\rERR|PID^1^5^200&DUPONT"}) {
    const Observation seen = answered(given(), segments);
    for (const ReasonValue& value : {seen.reason.value, seen.reason.expected}) {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) continue;
      EXPECT_EQ(text->find("DUPONT"), std::string::npos) << segments << " shows " << *text;
    }
  }
}

}  // namespace
}  // namespace ght::collectors
