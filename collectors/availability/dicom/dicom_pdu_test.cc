#include "collectors/availability/dicom/dicom_pdu.h"

#include <gtest/gtest.h>

#include "collectors/availability/dicom/dicom_test_peer.h"

namespace ght::collectors::dicom {
namespace {

using State = PduRead::State;
using test::bytes;

TEST(DicomPdu, AsksForVerificationWithTheTitlesPadded) {
  const std::string request = associate_request("PACS", "GHT-AGENT");
  const std::string context = bytes({1, 0, 0, 0}) + test::item(0x30, "1.2.840.10008.1.1") +
                              test::item(0x40, "1.2.840.10008.1.2") +
                              test::item(0x40, "1.2.840.10008.1.2.1");
  const std::string user = test::item(0x51, bytes({0, 0, 0x40, 0})) +
                           test::item(0x52, "2.25.57566690910106022813549893001576005473") +
                           test::item(0x55, "GHT-AGENT");
  EXPECT_EQ(request,
            test::pdu(1, bytes({0, 1, 0, 0}) + "PACS            GHT-AGENT       " +
                             std::string(32, '\0') + test::item(0x10, "1.2.840.10008.3.1.1.1") +
                             test::item(0x20, context) + test::item(0x50, user)));
}

TEST(DicomPdu, SaysTheRest) {
  EXPECT_EQ(release_request(), bytes({5, 0, 0, 0, 0, 4, 0, 0, 0, 0}));
  EXPECT_EQ(command_data("ab"), test::pdu(4, bytes({0, 0, 0, 4, 1, 3}) + "ab"));
}

TEST(DicomPdu, WaitsForAWholePdu) {
  const std::string whole = test::abort(2, 1);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(read_pdu(whole.substr(0, size)).state, State::incomplete) << size;
  }
  const std::string stream = whole + "more";
  const PduRead read = read_pdu(stream);
  EXPECT_EQ(read.state, State::whole);
  EXPECT_EQ(read.type, PduType::abort);
  EXPECT_EQ(read.body, bytes({0, 0, 2, 1}));
  EXPECT_EQ(read.size, whole.size());
}

TEST(DicomPdu, KnowsAnUnknownTypeByItsFirstByte) {
  for (int type : {0, 8, 0x16, 0x48, 0xFF}) {
    EXPECT_EQ(read_pdu(bytes({type})).state, State::wrong) << type;
  }
  EXPECT_EQ(read_pdu("S").fault, "PDU type 53H");
}

TEST(DicomPdu, RefusesALengthBeforeItsBytesCome) {
  const auto state = [](int type, std::uint32_t length) {
    return read_pdu(bytes({type, 0}) + big_bytes(length, 4)).state;
  };
  for (int type : {1, 2, 4}) {
    EXPECT_EQ(state(type, pdu_bytes), State::incomplete) << type;
    EXPECT_EQ(state(type, pdu_bytes + 1), State::wrong) << type;
    EXPECT_EQ(state(type, 0xFFFFFFFF), State::wrong) << type;
  }
  for (int type : {3, 5, 6, 7}) {
    EXPECT_EQ(state(type, 4), State::incomplete) << type;
    EXPECT_EQ(state(type, 3), State::wrong) << type;
    EXPECT_EQ(state(type, 5), State::wrong) << type;
  }
  EXPECT_EQ(read_pdu(bytes({4, 0, 0xFF, 0xFF, 0xFF, 0xFF})).fault, "P-DATA-TF: length 4294967295");
}

std::string acceptance_error(const std::string& body) {
  const Result<Acceptance> read = read_acceptance(body);
  return read.ok() ? "" : read.error().text();
}

constexpr const char* implicit = "1.2.840.10008.1.2";

TEST(DicomPdu, ReadsAnAcceptance) {
  const std::string others = test::item(0x10, "1.2") + test::item(0x99, "?");
  for (const std::string& syntax :
       {std::string(implicit), std::string("1.2.840.10008.1.2.1"), std::string(implicit) + '\0'}) {
    const auto read = read_acceptance(test::accept_body(others + test::answered_context(0, syntax) +
                                                        test::user_information(28672)));
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read.value().result, 0);
    EXPECT_EQ(read.value().longest_data, 28672U);
  }
  for (int result : {1, 2, 3, 4}) {
    const auto read =
        read_acceptance(test::accept_body(test::item(0x21, bytes({1, 0, result, 0}))));
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read.value().result, result) << "refused: its transfer syntax says nothing";
    EXPECT_EQ(read.value().longest_data, 0U);
  }
}

TEST(DicomPdu, SaysWhatIsWrongWithAnAcceptance) {
  const std::string context = test::answered_context(0, implicit);
  EXPECT_EQ(acceptance_error(std::string(67, ' ')), "A-ASSOCIATE-AC: length 67");
  EXPECT_EQ(acceptance_error(bytes({0, 2}) + std::string(66, ' ')),
            "A-ASSOCIATE-AC: another protocol version");
  EXPECT_EQ(acceptance_error(test::accept_body("")),
            "A-ASSOCIATE-AC: no answer about the presentation context");
  EXPECT_EQ(acceptance_error(test::accept_body(test::answered_context(0, implicit, 3))),
            "A-ASSOCIATE-AC: no answer about the presentation context");
  EXPECT_EQ(acceptance_error(test::accept_body(context + context)),
            "A-ASSOCIATE-AC: two answers about one presentation context");
  EXPECT_EQ(acceptance_error(test::accept_body(test::answered_context(5, implicit))),
            "A-ASSOCIATE-AC: presentation context with result 5");
  EXPECT_EQ(acceptance_error(test::accept_body(test::answered_context(0, "1.2.840.10008.1.2.2"))),
            "A-ASSOCIATE-AC: transfer syntax \"1.2.840.10008.1.2.2\" was not proposed");
  EXPECT_EQ(acceptance_error(test::accept_body(test::item(0x21, bytes({1, 0, 0, 0})))),
            "A-ASSOCIATE-AC: a presentation context without transfer syntax");
  EXPECT_EQ(acceptance_error(test::accept_body(test::item(0x21, bytes({1, 0, 0})))),
            "A-ASSOCIATE-AC: a presentation context is cut short");
  EXPECT_EQ(acceptance_error(test::accept_body(context + bytes({0x50, 0, 0xFF, 0xFF, 0x51}))),
            "A-ASSOCIATE-AC: an item is cut short");
  EXPECT_EQ(acceptance_error(test::accept_body(context + test::item(0x50, bytes({0x51, 0, 0, 9})))),
            "A-ASSOCIATE-AC: the user information is cut short");
  EXPECT_EQ(acceptance_error(test::accept_body(context + test::item(0x50, test::item(0x51, "ab")))),
            "A-ASSOCIATE-AC: a maximum length that is no number");
}

TEST(DicomPdu, ReadsWhoRefusesAndWhy) {
  const Rejection rejection = read_rejection(bytes({0, 2, 3, 1}));
  EXPECT_EQ(rejection.result, 2);
  EXPECT_EQ(rejection.source, 3);
  EXPECT_EQ(rejection.reason, 1);
  EXPECT_EQ(abort_text(bytes({0, 0, 0, 6})), "service-user");
  EXPECT_EQ(abort_text(bytes({0, 0, 2, 0})), "service-provider, reason-not-specified");
  EXPECT_EQ(abort_text(bytes({0, 0, 2, 6})), "service-provider, invalid-PDU-parameter-value");
  EXPECT_EQ(abort_text(bytes({0, 0, 2, 7})), "source 2, reason 7");
  EXPECT_EQ(abort_text(bytes({0, 0, 1, 255})), "source 1, reason 255");
}

TEST(DicomPdu, ReadsSeveralDataValues) {
  const std::string body = test::value(1, "ab") + test::value(3, "c", 5) + test::value(2, "d");
  const auto read = read_data(body);
  ASSERT_TRUE(read.ok()) << read.error().text();
  ASSERT_EQ(read.value().size(), 3U);
  EXPECT_EQ(read.value()[0].fragment, "ab");
  EXPECT_TRUE(read.value()[0].command);
  EXPECT_FALSE(read.value()[0].last);
  EXPECT_EQ(read.value()[1].context, 5);
  EXPECT_TRUE(read.value()[1].last);
  EXPECT_FALSE(read.value()[2].command);
}

TEST(DicomPdu, RefusesDataThatDoesNotFit) {
  const auto error = [](const std::string& body) {
    const auto read = read_data(body);
    return read.ok() ? std::string() : read.error().text();
  };
  EXPECT_EQ(error(""), "P-DATA-TF: no data value");
  EXPECT_EQ(error(test::value(3, "")), "P-DATA-TF: an empty data value");
  EXPECT_EQ(error(bytes({0, 0, 0, 0})), "P-DATA-TF: an empty data value");
  EXPECT_EQ(error(bytes({0, 0, 0})), "P-DATA-TF: a data value is cut short");
  EXPECT_EQ(error(test::value(1, "a") + bytes({0xFF, 0xFF, 0xFF, 0xFF, 1, 3, 0})),
            "P-DATA-TF: a data value is cut short");
}

}  // namespace
}  // namespace ght::collectors::dicom
