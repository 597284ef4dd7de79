#include "collectors/availability/dicom/dicom_command.h"

#include <gtest/gtest.h>

#include "collectors/availability/dicom/dicom_test_peer.h"

namespace ght::collectors::dicom {
namespace {

using test::command;
using test::element;
using test::short_element;

std::string answer(const std::string& about, int field = 0x8030, int message = 1,
                   int data_set = 0x101) {
  return command(about + short_element(0x100, field) + short_element(0x120, message) +
                 short_element(0x800, data_set) + short_element(0x900, 0));
}

std::string error_of(const std::string& bytes) {
  const Result<std::uint16_t> status = read_echo_status(bytes);
  return status.ok() ? "" : status.error().text();
}

TEST(DicomCommand, AsksForAnEcho) {
  EXPECT_EQ(echo_request(), command(element(2, std::string("1.2.840.10008.1.1") + '\0') +
                                    short_element(0x100, 0x30) + short_element(0x110, 1) +
                                    short_element(0x800, 0x101)));
  EXPECT_EQ(echo_request().size() % 2, 0U);
}

TEST(DicomCommand, ReadsTheStatus) {
  for (int status : {0, 0x122, 0x210, 0xFFFF}) {
    const auto read = read_echo_status(test::echo_answer(status));
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read.value(), status);
  }
  EXPECT_EQ(error_of(answer("")), "") << "the SOP class need not be said again";
}

TEST(DicomCommand, EveryPrefixIsRefused) {
  const std::string whole = test::echo_answer();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(error_of(whole.substr(0, size)), "") << size;
  }
}

TEST(DicomCommand, RefusesWhatIsNoAnswerToOurEcho) {
  EXPECT_EQ(error_of(answer("", 0x8001)), "C-ECHO-RSP: command field 8001H");
  EXPECT_EQ(error_of(answer("", 0x30)), "C-ECHO-RSP: command field 0030H");
  EXPECT_EQ(error_of(answer("", 0x8030, 2)), "C-ECHO-RSP: answers message 2");
  EXPECT_EQ(error_of(answer("", 0x8030, 1, 0)), "C-ECHO-RSP: announces a data set");
  EXPECT_EQ(error_of(answer(element(2, "1.2.840.10008.5.1.4.1.1.2"))),
            "C-ECHO-RSP: is about another SOP class");
}

TEST(DicomCommand, RefusesElementsThatDoNotFit) {
  const std::string whole = test::echo_answer();
  EXPECT_EQ(error_of(""), "C-ECHO-RSP: element (0000H,0000H) is missing");
  EXPECT_EQ(error_of(command("")), "C-ECHO-RSP: element (0000H,0100H) is missing");
  EXPECT_EQ(error_of(whole + short_element(0x902, 0)), "C-ECHO-RSP: group length 66");
  EXPECT_EQ(error_of(command(element(0x100, "abcd"))),
            "C-ECHO-RSP: element (0000H,0100H) of 4 bytes");
  EXPECT_EQ(error_of(whole + test::bytes({0, 0, 2, 9, 0xFF, 0xFF, 0xFF, 0xFF})),
            "C-ECHO-RSP: an element is cut short");
  EXPECT_EQ(error_of(whole + test::bytes({8, 0, 5, 0, 0, 0, 0, 0})),
            "C-ECHO-RSP: element (0008H,0005H)");
  EXPECT_EQ(error_of(whole + short_element(0x900, 0)),
            "C-ECHO-RSP: element (0000H,0900H) out of order");
}

}  // namespace
}  // namespace ght::collectors::dicom
