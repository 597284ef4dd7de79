"""Made-up machines for ght-reboot-state: a root with /proc, /run, /boot and dpkg's files."""
import json
import os
import re
import struct
import subprocess
import time

from tests.support.e2e import AGENT, config, run

HELPER = AGENT.parent / "libexec/ght-reboot-state"
DAY = 86400
DEBIAN = ("6.1.0-37-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)")
UBUNTU = ("5.15.0-119-generic", "#129-Ubuntu SMP Fri Aug 2 19:25:20 UTC 2024")
RHEL = ("5.14.0-503.11.1.el9_5.x86_64", "#1 SMP PREEMPT_DYNAMIC Tue Nov 12 09:26:13 EST 2024")
LIBRARY = "7f1c2a000000-7f1c2a200000 {rights} 00028000 fd:01 1234567      {path}\n"
# The flag `hypervisor` is how Linux itself knows that microcode is not its own to load.
CPUINFO = ("processor\t: {number}\nvendor_id\t: GenuineIntel\ncpu family\t: {family}\nmodel\t\t: {model}\n"
           "stepping\t: {stepping}\nmicrocode\t: {revision:#x}\nflags\t\t: fpu{flag} vme\npower management:\n\n")
XEON, PLATFORM = 0x806f8, 0x10


def kind(signature):
    """Family, model and stepping as Linux counts them, of what CPUID says in leaf 1."""
    family = (signature >> 8 & 0xf) + ((signature >> 20 & 0xff) if signature >> 8 & 0xf == 0xf else 0)
    return {"family": family, "model": signature >> 12 & 0xf0 | signature >> 4 & 0xf, "stepping": signature & 0xf}


class Root:
    """A machine that booted `days` ago; its only process is 1, of init.scope."""

    def __init__(self, path, kernel, days=40):
        self.path = path
        self.now = int(time.time())
        for folder in ("run", "boot", "lib/modules", "var/lib/dpkg/info", "proc/sys/kernel/random"):
            (path / folder).mkdir(parents=True)
        self.write("proc/stat", f"cpu  1 2 3\nbtime {self.now - days * DAY}\nprocesses 9\n")
        self.write("proc/uptime", f"{days * DAY}.25 1.00\n")
        for name, text in zip(("osrelease", "version"), kernel):
            self.write(f"proc/sys/kernel/{name}", text + "\n")
        self.write("proc/sys/kernel/random/boot_id", "0d6cf2b3-43bb-4d43-8a3e-6e6e9a4ef1aa\n")
        self.write("proc/cpuinfo", CPUINFO.format(number=0, revision=1, flag=" hypervisor", **kind(XEON)))
        self.process(1, "systemd", "0::/init.scope\n", ["/usr/lib/systemd/systemd"])

    def write(self, name, text, age=None):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if age is not None:
            os.utime(file, (self.now - age * DAY,) * 2)
        return file

    def process(self, pid, name, cgroup, paths, rights="r-xp", started=60):
        """`paths` are mapped; those with the kernel's mark are deleted files."""
        folder = f"proc/{pid}"
        maps = "".join(LIBRARY.format(rights=rights, path=path) for path in paths)
        self.write(f"{folder}/maps", maps)
        self.write(f"{folder}/cgroup", cgroup)
        self.write(f"{folder}/comm", name + "\n")
        # The name may hold blanks and brackets; the start is field 22, in ticks.
        ticks = started * os.sysconf("SC_CLK_TCK")
        self.write(f"{folder}/stat", f"{pid} ({name} ) x) S {' '.join(['0'] * 18)} {ticks} 0 0\n")

    def runs_microcode(self, *revisions, signature=XEON, platform=PLATFORM):
        """A real machine with a processor of each revision, whose kernel loads microcode."""
        self.write("proc/cpuinfo", "".join(CPUINFO.format(number=number, revision=revision, flag="", **kind(signature))
                                           for number, revision in enumerate(revisions)))
        for number in range(len(revisions)):
            self.write(f"sys/devices/system/cpu/cpu{number}/microcode/processor_flags", f"{platform:#x}\n")

    @staticmethod
    def firmware_file(signature):
        return "intel-ucode/{family:02x}-{model:02x}-{stepping:02x}".format(**kind(signature))

    def has_microcode(self, revision):
        """One of Intel's updates, come now."""
        update = [1, revision, 0x05122026, XEON, 0, 1, PLATFORM, 2000, 2048] + [0] * 503
        update[4] = -sum(update) & 0xffffffff
        file = self.write(f"lib/firmware/{self.firmware_file(XEON)}", "")
        file.write_bytes(struct.pack("<512I", *update))
        return file

    def image(self, release):
        """A kernel in /boot. Its change time is now, whatever is done."""
        return self.write(f"boot/vmlinuz-{release}", "MZ")

    def dpkg(self, packages, age):
        """{package: version} as dpkg's whole list, each unpacked `age` days ago."""
        self.write("var/lib/dpkg/status", "".join(
            f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n"
            for name, version in {"dpkg": "1.21.22", **packages}.items()))
        for name in packages:
            self.write(f"var/lib/dpkg/info/{name}.list", "/.\n", age=age)


def debian(path):
    """The newest kernel runs."""
    root = Root(path, DEBIAN)
    root.image("6.1.0-35-amd64")
    root.image(DEBIAN[0])
    root.dpkg({"linux-image-6.1.0-35-amd64": "6.1.137-1", "linux-image-6.1.0-37-amd64": "6.1.140-1"}, 50)
    return root


def ubuntu(path):
    root = Root(path, UBUNTU)
    root.image(UBUNTU[0])
    root.dpkg({f"linux-image-{UBUNTU[0]}": "5.15.0-119.129"}, 50)
    return root


def rhel(path):
    """Its rpm database is empty, until install_rpms."""
    root = Root(path, RHEL)
    for release in ("0-rescue-2f1bd6a4f4b64e0c9b1c3c7fce1f3f2b", "5.14.0-427.13.1.el9_4.x86_64", RHEL[0]):
        root.image(release)
    (path / "var/lib/rpm").mkdir()
    rpm(root, "--initdb")
    return root


def rpm(root, *arguments):
    subprocess.run(["rpm", "--dbpath", root.path / "var/lib/rpm", *arguments], check=True, capture_output=True)


def install_rpms(root, folder, *names):
    """Packages without files, installed now."""
    for name in names:
        spec = folder / f"{name}.spec"
        spec.write_text(f"Name: {name}\nVersion: 1\nRelease: 1\nSummary: made up\nLicense: none\nBuildArch: noarch\n"
                        "%description\nmade up\n%files\n")
        subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {folder}/rpmbuild", spec], check=True,
                       capture_output=True)
    rpm(root, "-i", "--justdb", "--nodeps", "--force-debian", *folder.glob("rpmbuild/RPMS/noarch/*.rpm"))


def collected(directory, root, **settings):
    """(verdict, reason's code, samples) of one run of the check, and its sentence."""
    check = {"name": "redemarrage", "collector": "reboot", "activity": "administration", "interval": "30m",
             "settings": {"root": str(root.path), **settings}}
    file = directory / "agent.json"
    file.write_text(json.dumps(config(directory, [check])))
    done = run("collect", "redemarrage", "--en", "--config.file", file)
    code = re.search(r"reason=(\S+)", done.stdout)
    assert code, done
    samples = dict(re.findall(r"^(ght_\S+) ([0-9.e+]+)$", done.stdout, re.M))
    samples = {re.sub(r"\{.*?(kind=\"\w+\")?\}", lambda m: m[1] or "", name): float(value)
               for name, value in samples.items()}
    return done.stdout.split(":")[0], code[1], samples, done.stdout
