#include "collectors/availability/dicom/dicom_script.h"

#include <gtest/gtest.h>

#include "collectors/availability/dicom/dicom_command.h"
#include "collectors/availability/dicom/dicom_pdu.h"
#include "collectors/availability/dicom/dicom_reasons.h"
#include "collectors/availability/dicom/dicom_test_peer.h"

namespace ght::collectors::dicom {
namespace {

using Kind = DialogTurn::Kind;
using State = Outcome::State;
using Heard = std::vector<std::string>;

const Titles& titles() {
  static const Titles both{.called = "PACS", .calling = "US"};
  return both;
}

DialogTurn next(const Heard& heard) {
  return script(words_of(titles()), heard);
}

std::string text(const ReasonValue& value) {
  const auto* words = std::get_if<std::string>(&value);
  return words == nullptr ? "" : *words;
}

// "code value expected", or the state when the exchange has not failed.
std::string seen(const Heard& heard) {
  const Outcome outcome = read_exchange(titles(), heard);
  if (outcome.state == State::incomplete) return "incomplete";
  if (outcome.state == State::done) return "done";
  EXPECT_EQ(next(heard).kind, Kind::finish) << "nothing more to wait for";
  const Reason& reason = outcome.failure;
  return std::string(reason.code) + "|" + text(reason.value) + "|" + text(reason.expected);
}

std::string echo_pdu(int status = 0) {
  return test::pdu(4, test::value(3, test::echo_answer(status)));
}

TEST(DicomScript, AssociatesEchoesReleasesAndLingers) {
  DialogTurn turn = next({""});
  EXPECT_EQ(turn.kind, Kind::say);
  EXPECT_EQ(turn.bytes, associate_request("PACS", "US"));
  turn = next({"", test::accept_pdu()});
  EXPECT_EQ(turn.kind, Kind::say);
  EXPECT_EQ(turn.bytes, command_data(echo_request()));
  turn = next({"", test::accept_pdu(), echo_pdu()});
  EXPECT_EQ(turn.kind, Kind::say);
  EXPECT_EQ(turn.bytes, release_request());
  const std::string farewell = test::pdu(6, std::string(4, '\0'));
  EXPECT_EQ(next({"", test::accept_pdu(), echo_pdu(), ""}).kind, Kind::linger);
  EXPECT_EQ(next({"", test::accept_pdu(), echo_pdu(), farewell.substr(0, 9)}).kind, Kind::linger);
  EXPECT_EQ(next({"", test::accept_pdu(), echo_pdu(), farewell}).kind, Kind::finish);
  EXPECT_EQ(next({"", test::accept_pdu(), echo_pdu(), "?"}).kind, Kind::finish);
}

TEST(DicomScript, IsDoneOnlyOnceItReleases) {
  EXPECT_EQ(seen({}), "incomplete");
  EXPECT_EQ(seen({""}), "incomplete");
  EXPECT_EQ(seen({"", test::accept_pdu()}), "incomplete");
  EXPECT_EQ(seen({"", test::accept_pdu(), echo_pdu()}), "incomplete");
  EXPECT_EQ(seen({"", test::accept_pdu(), echo_pdu(), ""}), "done");
}

TEST(DicomScript, ListensUntilEachAnswerIsWhole) {
  const std::string accept = test::accept_pdu();
  for (std::size_t size = 0; size < accept.size(); ++size) {
    EXPECT_EQ(next({"", accept.substr(0, size)}).kind, Kind::listen) << size;
  }
  const std::string echo = echo_pdu();
  for (std::size_t size = 0; size < echo.size(); ++size) {
    EXPECT_EQ(next({"", accept, echo.substr(0, size)}).kind, Kind::listen) << size;
    EXPECT_EQ(seen({"", accept, echo.substr(0, size), ""}), "incomplete") << size;
  }
}

TEST(DicomScript, SaysWhyAnAssociationIsRejected) {
  const auto rejected = [](int result, int source, int reason) {
    return seen({"", test::rejection(result, source, reason)});
  };
  EXPECT_EQ(rejected(1, 1, 1), "dicom_rejected_no_reason|1/1/1|");
  EXPECT_EQ(rejected(1, 1, 2), "dicom_rejected_application_context|1/1/2|");
  EXPECT_EQ(rejected(1, 1, 3), "dicom_rejected_calling_ae|1/1/3|US");
  EXPECT_EQ(rejected(1, 1, 7), "dicom_rejected_called_ae|1/1/7|PACS");
  EXPECT_EQ(rejected(1, 2, 1), "dicom_rejected_no_reason|1/2/1|");
  EXPECT_EQ(rejected(1, 2, 2), "dicom_rejected_protocol_version|1/2/2|");
  EXPECT_EQ(rejected(2, 3, 1), "dicom_rejected_congestion|2/3/1|");
  EXPECT_EQ(rejected(2, 3, 2), "dicom_rejected_local_limit|2/3/2|");
  EXPECT_EQ(rejected(0, 3, 7), "dicom_rejected|0/3/7|");
}

TEST(DicomScript, TellsTheRefusalsOfAContextApart) {
  const auto refused = [](int result) {
    return seen({"", test::pdu(2, test::accept_body(test::answered_context(result, "")))});
  };
  EXPECT_EQ(refused(1), "dicom_not_accepted_user||");
  EXPECT_EQ(refused(2), "dicom_not_accepted||");
  EXPECT_EQ(refused(3), "dicom_not_accepted_abstract_syntax||");
  EXPECT_EQ(refused(4), "dicom_not_accepted_transfer_syntax||");
}

TEST(DicomScript, HearsAnAbortAnywhere) {
  const std::string aborted = "dicom_aborted|service-provider, unexpected-PDU|";
  EXPECT_EQ(seen({"", test::abort(2, 2)}), aborted);
  EXPECT_EQ(seen({"", test::accept_pdu() + test::abort(2, 2)}), aborted);
  EXPECT_EQ(seen({"", test::accept_pdu(), test::abort(2, 2)}), aborted);
  const std::string half = test::pdu(4, test::value(1, test::echo_answer().substr(0, 20)));
  EXPECT_EQ(seen({"", test::accept_pdu(), half + test::abort(2, 2)}), aborted);
  EXPECT_EQ(seen({"", test::accept_pdu(), half + test::abort(2, 2).substr(0, 9)}), "incomplete");
  EXPECT_EQ(next({"", test::accept_pdu() + test::abort(2, 2).substr(0, 3)}).kind, Kind::listen);
}

TEST(DicomScript, RefusesWhatIsNotDueAtItsFirstByte) {
  EXPECT_EQ(seen({"", "\x06"}), "dicom_unexpected|A-RELEASE-RP|A-ASSOCIATE-AC");
  EXPECT_EQ(seen({"", "\x01"}), "dicom_unexpected|A-ASSOCIATE-RQ|A-ASSOCIATE-AC");
  EXPECT_EQ(seen({"", test::accept_pdu(), "\x05"}), "dicom_unexpected|A-RELEASE-RQ|C-ECHO-RSP");
  EXPECT_EQ(seen({"", test::accept_pdu(), "\x03"}), "dicom_unexpected|A-ASSOCIATE-RJ|C-ECHO-RSP");
  EXPECT_EQ(seen({"", "HTTP"}), "dicom_malformed|PDU type 48H|");
  EXPECT_EQ(seen({"", test::accept_pdu(), "?"}), "dicom_malformed|PDU type 3FH|");
}

TEST(DicomScript, AnAnswerBeforeTheQuestionIsNone) {
  EXPECT_EQ(seen({"", test::accept_pdu() + echo_pdu()}),
            "dicom_malformed|P-DATA-TF before it was asked anything|");
  EXPECT_EQ(seen({"", test::accept_pdu() + "x"}), "dicom_malformed|PDU type 78H|");
}

TEST(DicomScript, PutsFragmentsTogether) {
  const std::string whole = test::echo_answer();
  std::string one_pdu, many_pdus;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const std::string value = test::value(i + 1 == whole.size() ? 3 : 1, whole.substr(i, 1));
    one_pdu += value;
    many_pdus += test::pdu(4, value);
  }
  EXPECT_EQ(seen({"", test::accept_pdu(), test::pdu(4, one_pdu), ""}), "done");
  EXPECT_EQ(seen({"", test::accept_pdu(), many_pdus, ""}), "done");
}

TEST(DicomScript, RefusesFragmentsThatBelongNowhere) {
  const auto heard = [](const std::string& body) {
    return seen({"", test::accept_pdu(), test::pdu(4, body)});
  };
  const std::string whole = test::echo_answer();
  EXPECT_EQ(heard(test::value(3, whole, 3)), "dicom_malformed|P-DATA-TF: presentation context 3|");
  EXPECT_EQ(heard(test::value(2, whole)),
            "dicom_malformed|P-DATA-TF: data where a command was due|");
  EXPECT_EQ(heard(test::value(3, whole) + test::value(3, whole)),
            "dicom_malformed|P-DATA-TF: more after the last fragment|");
  EXPECT_EQ(heard(test::value(1, std::string(command_bytes, 'a'))), "incomplete");
  EXPECT_EQ(heard(test::value(1, std::string(command_bytes + 1, 'a'))),
            "dicom_malformed|P-DATA-TF: a command of over 1024 bytes|");
}

TEST(DicomScript, OnlyStatusZeroIsDone) {
  EXPECT_EQ(seen({"", test::accept_pdu(), echo_pdu(0x122)}), "dicom_status|0122H|0000H");
  EXPECT_EQ(seen({"", test::accept_pdu(), echo_pdu(1)}), "dicom_status|0001H|0000H");
}

TEST(DicomScript, SaysNothingLongerThanThePeerTakes) {
  EXPECT_EQ(seen({"", test::accept_pdu(74)}), "incomplete");
  EXPECT_EQ(next({"", test::accept_pdu(74)}).bytes.size(), 74U + 6U);
  EXPECT_EQ(next({"", test::accept_pdu(0)}).kind, Kind::say) << "0 is no limit";
  EXPECT_EQ(seen({"", test::accept_pdu(73)}), "dicom_malformed|A-ASSOCIATE-AC: maximum length 73|");
}

}  // namespace
}  // namespace ght::collectors::dicom
