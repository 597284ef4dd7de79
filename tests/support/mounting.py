"""File systems for a machine of tests.support.machine, made from outside: it may make no devices itself."""
import contextlib
import ctypes
import os
import pathlib
import subprocess


def why_no_images():
    return "" if os.path.exists("/dev/loop-control") else "no loop devices here"


def why_no_fuse():
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError as error:
        return f"/dev/fuse: {error.strerror}"
    return ""


class Image:
    """An ext4 in a file, mounted on the machine with errors=remount-ro."""

    def __init__(self, box, file, path, mebibytes=64):
        self.box, self.path = box, path
        with open(file, "wb") as out:
            out.truncate(mebibytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", file], check=True)
        self.device = subprocess.run(["losetup", "--find", "--show", file], check=True, capture_output=True,
                                     text=True).stdout.strip()
        try:
            number = os.stat(self.device).st_rdev
            box.run("mkdir", "-p", path)
            box.run("rm", "-f", self.device)
            self._in_its_files("mknod", self.device, "b", os.major(number), os.minor(number))
            self._in_its_files("mount", "-t", "ext4", "-o", "errors=remount-ro", self.device, path)
        finally:
            # From now on it goes when it is unmounted, or with the machine.
            subprocess.run(["losetup", "--detach", self.device], check=True)

    def _in_its_files(self, *command):
        subprocess.run(["nsenter", "-t", str(self.box.leader), "-m", "--", *map(str, command)], check=True)

    def break_it(self):
        """ext4 finds an error, as it does on a broken disk."""
        trigger = pathlib.Path("/sys/fs/ext4") / pathlib.Path(self.device).name / "trigger_fs_error"
        trigger.write_text("1")


@contextlib.contextmanager
def silent_mount(box, path):
    """A FUSE file system whose server never answers: whoever asks it anything waits. Then it is gone."""
    box.run("mkdir", "-p", path)
    server = os.open("/dev/fuse", os.O_RDWR)

    def mount():
        options = f"fd={server},rootmode=40000,user_id=0,group_id=0,allow_other"
        done = ctypes.CDLL(None).mount(b"nas:/export", path.encode(), b"fuse", 0, options.encode())
        return 0 if done == 0 else 1
    try:
        assert box.as_user(0, [0], mount) == 0, "the mount was refused"
        yield
    finally:
        os.close(server)
        box.run("umount", "--lazy", path, check=False)
