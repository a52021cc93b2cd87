# Finds LLVM/MLIR 22 and sets the flags of every target of this project.
find_package(MLIR 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Protobuf REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)

list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
set(LLVM_EXTERNAL_LIT ${LLVM_TOOLS_BINARY_DIR}/lit)
include(TableGen)
include(AddLLVM)
include(AddMLIR)

include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
include_directories(${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/include
                    ${CMAKE_BINARY_DIR}/include)

# The packaged definitions carry an ABI switch that belongs to the package's own build.
separate_arguments(nnc_llvm_definitions NATIVE_COMMAND ${LLVM_DEFINITIONS})
list(FILTER nnc_llvm_definitions EXCLUDE REGEX "_GLIBCXX_USE_CXX11_ABI")
add_definitions(${nnc_llvm_definitions})

# One code model everywhere: programs share the precompiled header with the libraries.
add_compile_options(-fPIC)
add_compile_options(-Wall -Wextra -Werror -Wno-unused-parameter -fdiagnostics-color
                    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
                    $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>)
if(NNC_ASSERTIONS)
  add_compile_options(-UNDEBUG)
endif()
if(NNC_SANITIZE)
  add_compile_options(-fsanitize=${NNC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${NNC_SANITIZE})
  set(NNC_SANITIZER_DEFAULTS ${CMAKE_SOURCE_DIR}/cmake/SanitizerDefaults.cpp)
endif()

find_program(NNC_CCACHE ccache)
if(NNC_CCACHE)
  # A precompiled header is cached only when its time stamp does not matter.
  set(nnc_launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${NNC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${nnc_launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${nnc_launcher})
  set(CMAKE_PCH_INSTANTIATE_TEMPLATES ON)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang$<SEMICOLON>-fno-pch-timestamp>)
endif()
