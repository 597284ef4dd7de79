#include "collectors/availability/dicom/dicom_bytes.h"

#include <gtest/gtest.h>

namespace ght::collectors::dicom {
namespace {

using namespace std::string_view_literals;

TEST(DicomBytes, ReadsBothByteOrders) {
  EXPECT_EQ(ByteReader("\x01\x02\x03\x04"sv).big(4), 0x01020304U);
  EXPECT_EQ(ByteReader("\x01\x02\x03\x04"sv).little(4), 0x04030201U);
  EXPECT_EQ(ByteReader("\xFF\xFF\xFF\xFF"sv).big(4), 0xFFFFFFFFU);
  EXPECT_EQ(ByteReader("\x80\xFE"sv).little(2), 0xFE80U);
}

TEST(DicomBytes, TakesNothingWhenFewerAreLeft) {
  ByteReader reader("\x01\x02\x03"sv);
  EXPECT_EQ(reader.big(4), std::nullopt);
  EXPECT_EQ(reader.take(0xFFFFFFFFU), std::nullopt);
  EXPECT_EQ(reader.take(3), "\x01\x02\x03"sv);
  EXPECT_TRUE(reader.empty());
  EXPECT_EQ(reader.take(0), ""sv);
  EXPECT_EQ(reader.big(1), std::nullopt);
}

TEST(DicomBytes, WritesWhatItReads) {
  EXPECT_EQ(big_bytes(0x01020304, 4), "\x01\x02\x03\x04"sv);
  EXPECT_EQ(big_bytes(0x0304, 2), "\x03\x04"sv);
  EXPECT_EQ(little_bytes(0x8030, 2), "\x30\x80"sv);
  EXPECT_EQ(ByteReader(little_bytes(0xDEADBEEF, 4)).little(4), 0xDEADBEEFU);
}

TEST(DicomBytes, ShowsNumbersAsTheStandardDoes) {
  EXPECT_EQ(hex(0x122, 4), "0122H");
  EXPECT_EQ(hex(0xFE, 2), "FEH");
}

TEST(DicomBytes, TakesThePaddingOfAUidAway) {
  EXPECT_EQ(without_padding("1.2\0"sv), "1.2");
  EXPECT_EQ(without_padding("1.2 "sv), "1.2");
  EXPECT_EQ(without_padding("1.2"sv), "1.2");
  EXPECT_EQ(without_padding("\0\0"sv), "");
}

}  // namespace
}  // namespace ght::collectors::dicom
