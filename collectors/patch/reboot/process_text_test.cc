#include "collectors/patch/reboot/process_text.h"

#include <gtest/gtest.h>

#include <string>

namespace ght::collectors::reboot {
namespace {

std::string mapped(const std::string& path, const std::string& rights = "r-xp") {
  return "7f1c2a000000-7f1c2a200000 " + rights + " 00028000 fd:01 1234567                    " +
         path;
}

TEST(DeletedCode, IsAnExecutableMappingOfADeletedFile) {
  EXPECT_EQ(deleted_code(mapped("/usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)")),
            "/usr/lib/x86_64-linux-gnu/libssl.so.3");
  EXPECT_EQ(deleted_code(mapped("/opt/a b/server (deleted)")), "/opt/a b/server");
  EXPECT_EQ(deleted_code(mapped("/srv/app/lib.so.dpkg-new (deleted)")), "/srv/app/lib.so.dpkg-new");
}

TEST(DeletedCode, IsNothingElse) {
  EXPECT_FALSE(deleted_code(mapped("/usr/lib/x86_64-linux-gnu/libssl.so.3")));
  EXPECT_FALSE(deleted_code(mapped("/usr/share/locale-archive (deleted)", "r--p")));
  EXPECT_FALSE(deleted_code("7f1c2a000000-7f1c2a200000 r-xp 00000000 00:00 0 /x (deleted)"));
  for (const char* line : {"", " (deleted)", "r-xp (deleted)", "a r-xp 0 fd:01 12 (deleted)",
                           "a r-xp 0 fd:01 12 relative (deleted)", "a x 0 fd:01 12 /x (deleted)"}) {
    EXPECT_FALSE(deleted_code(line)) << line;
  }
}

TEST(DeletedCode, LeavesOutWhatNeverWasInstalled) {
  for (const char* path :
       {"/memfd:jit-cache", "/dev/zero", "/dev/shm/lttng", "/SYSV00000000", "/[aio]",
        "/drm mm object", "/i915", "/anon_hugepage", "/tmp/snappy-1.1.10-libsnappyjava.so",
        "/var/tmp/x.so", "/run/user/1000/orc/x", "/var/run/x", "/home/anna/orcexec.Q2bM3x",
        "/var/lib/x/#131095", "/var/cache/jna4711.tmp"}) {
    EXPECT_FALSE(deleted_code(mapped(std::string(path) + " (deleted)"))) << path;
  }
  for (const char* path : {"/home/anna/server", "/tmpfs/x.so", "/usr/lib/jna.so", "/usr/lib/#x",
                           "/usr/libexec/dev/x"}) {
    EXPECT_TRUE(deleted_code(mapped(std::string(path) + " (deleted)"))) << path;
  }
}

const std::string id = std::string(60, 'a') + "0123";
const std::string short_id(12, 'a');

struct Place {
  std::string cgroup;
  UnitKind kind;
  std::string name;
};

TEST(UnitOf, KnowsContainersServicesAndSessions) {
  const Place cases[] = {
      {"0::/system.slice/nginx.service\n", UnitKind::service, "nginx.service"},
      {"0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n", UnitKind::service,
       "postgresql@15-main.service"},
      {"0::/system.slice/ssh.service/inner\n", UnitKind::service, "ssh.service"},
      {"0::/init.scope\n", UnitKind::service, "init.scope"},
      {"0::/user.slice/user-0.slice/session-3.scope\n", UnitKind::session, "user-0.slice"},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\n", UnitKind::session,
       "user-1000.slice"},
      {"0::/system.slice/docker-" + id + ".scope\n", UnitKind::container, short_id},
      {"0::/docker/" + id + "\n", UnitKind::container, short_id},
      {"0::/../../docker/" + id + "/init.scope\n", UnitKind::container, short_id},
      {"0::/machine.slice/libpod-" + id + ".scope/container\n", UnitKind::container, short_id},
      {"0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + id + ".scope\n",
       UnitKind::container, short_id},
      {"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope\n",
       UnitKind::container, short_id},
      {"0::/kubepods/burstable/pod1/" + id + "\n", UnitKind::container, short_id},
      {"0::/lxc.payload.dpi/system.slice/ssh.service\n", UnitKind::container, "dpi"},
      {"0::/lxc/101/ns/system.slice\n", UnitKind::container, "101"},
      {"0::/machine.slice/systemd-nspawn@web\\x2d1.service/payload\n", UnitKind::container,
       "web-1"},
      {"0::/machine.slice/machine-web.scope\n", UnitKind::container, "web"},
      {"0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator\n", UnitKind::other,
       "emulator"},
      {"0::/machine.slice/libpod-conmon-" + id + ".scope\n", UnitKind::other,
       "libpod-conmon-" + id + ".scope"},
      {"0::/\n", UnitKind::other, ""},
      {"", UnitKind::other, ""},
      {"damaged", UnitKind::other, ""},
  };
  for (const auto& [cgroup, kind, name] : cases) {
    const ProcessUnit unit = unit_of(cgroup);
    EXPECT_EQ(word_of(unit.kind), word_of(kind)) << cgroup;
    EXPECT_EQ(unit.name, name) << cgroup;
  }
}

TEST(UnitOf, ReadsTheFirstVersionOfCgroupsToo) {
  const std::string old = "4:memory:/\n1:name=systemd:/system.slice/ssh.service\n0::/\n";
  EXPECT_EQ(unit_of(old).name, "ssh.service");
  EXPECT_EQ(unit_of("4:memory:/docker/" + id + "\n1:name=systemd:/\n").name, short_id);
}

TEST(UnitOf, NamesAreBounded) {
  const std::string long_name(1000, 'n');
  EXPECT_EQ(unit_of("0::/system.slice/" + long_name + ".service").name.size(), unit_name_bytes);
  EXPECT_EQ(unit_of("0::/" + long_name).name.size(), unit_name_bytes);
}

}  // namespace
}  // namespace ght::collectors::reboot
