#include "collectors/backup/address.h"

#include <gtest/gtest.h>

namespace ght::collectors::backup {
namespace {

TEST(BackupAddress, AddressesLoseTheirUserInformation) {
  EXPECT_EQ(public_address("/srv/a@b/c"), "/srv/a@b/c");
  EXPECT_EQ(public_address("rest:https://user:se/cret@host/x"), "rest:https://host/x");
  EXPECT_EQ(public_address("s3:https://[2001:db8::1]:9000/b@c"),
            "s3:https://[2001:db8::1]:9000/b@c");
  EXPECT_EQ(public_address("rest:https://user:secret@host:8000/dpi/"),
            "rest:https://host:8000/dpi/");
  EXPECT_EQ(public_address("rest:https://u:p@ss@host/dpi"), "rest:https://host/dpi");
  EXPECT_EQ(public_address("sftp:backup@nas:/srv/dpi"), "sftp:nas:/srv/dpi");
  EXPECT_EQ(public_address("sftp://backup@nas:22//srv/dpi"), "sftp://nas:22//srv/dpi");
  EXPECT_EQ(public_address("s3:https://host/bucket/a@b"), "s3:https://host/bucket/a@b");
  EXPECT_TRUE(has_password("rest:https://user:secret@host/"));
  EXPECT_FALSE(has_password("rest:https://user@host:8000/"));
  EXPECT_FALSE(has_password("sftp:user@host:/srv"));
  EXPECT_FALSE(has_password("/srv/a:b@c"));
}

TEST(BackupAddress, TheNameIsTheLastElement) {
  EXPECT_EQ(last_element("/srv/restic/dpi"), "dpi");
  EXPECT_EQ(last_element("/srv/restic/dpi//"), "dpi");
  EXPECT_EQ(last_element("/"), "/");
  EXPECT_EQ(last_element("sftp:u@nas:/srv/dpi"), "dpi");
  EXPECT_EQ(last_element("sftp:u@nas:dpi"), "dpi");
  EXPECT_EQ(last_element("rest:https://u:p@host:8000/"), "host:8000");
  EXPECT_EQ(last_element("b2:bucket:path/x"), "x");
  EXPECT_EQ(last_element("b2:bucket:"), "bucket");
}

}  // namespace
}  // namespace ght::collectors::backup
