# Toolchain file: 64-bit ARM under Linux, with the compilers of Debian's g++-aarch64-linux-gnu.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-a76")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
