# nn_add_model(TARGET MODEL model.onnx [NAME prefix] [RAM bytes] [FLASH bytes] [STACK bytes]
#              [MEMORY name:bytes...] [WEIGHTS_SECTION prefix] [CODE_SECTION prefix] [TARGET_MACHINE machine] [OPTIONS option...] [DEPENDS file...] [EXPORT folder])
#
# Compiles a model while building and makes the library nn::TARGET: who links it can include "<prefix>.h".
#   MODEL              ONNX file; it and the files of its external tensors are watched
#   NAME               prefix of all C names and of the files; without it the model's file name as a C identifier
#   RAM, FLASH, STACK  budgets, for example 64K: the build fails where the model takes more, and says what would help
#   MEMORY             memories for the arena, the fastest first, each with its limit, for example MEMORY fast:64K slow:512K
#   WEIGHTS_SECTION, CODE_SECTION
#                      what the names of sections begin with, for example .ext_flash, for a linker script to place them
#   TARGET_MACHINE     what nn-compile --list-targets shows, or a triple. Without it: the machine that the C (or C++) compiler
#                      makes code for when cross-compiling, else the building machine itself
#   OPTIONS            further options of nn-compile, for example -Os or --dim batch=1
#   DEPENDS            further files that a change of compiles the model again
#   EXPORT             makes the target TARGET_export, which writes library, headers, report and TARGET.cmake to a folder. A project on a
#                      machine without the compiler includes that file and links nn::TARGET
# Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
include("${CMAKE_CURRENT_LIST_DIR}/NNToolchain.cmake")

function(nn_add_model target)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "MODEL;NAME;RAM;FLASH;STACK;WEIGHTS_SECTION;CODE_SECTION;TARGET_MACHINE;EXPORT" "MEMORY;OPTIONS;DEPENDS")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nn_add_model(${target}): unknown arguments: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT ARG_MODEL)
    message(FATAL_ERROR "nn_add_model(${target}): says no MODEL; for example nn_add_model(${target} MODEL ${target}.onnx)")
  endif()
  get_filename_component(file "${ARG_MODEL}" ABSOLUTE)
  if(NOT ARG_NAME)
    get_filename_component(ARG_NAME "${file}" NAME_WLE)
    string(MAKE_C_IDENTIFIER "${ARG_NAME}" ARG_NAME)
  endif()
  foreach(budget RAM FLASH STACK)
    if(ARG_${budget})
      string(TOLOWER "--${budget}=${ARG_${budget}}" option)
      list(APPEND ARG_OPTIONS "${option}")
    endif()
  endforeach()
  if(ARG_WEIGHTS_SECTION)
    list(APPEND ARG_OPTIONS "--weights-section=${ARG_WEIGHTS_SECTION}")
  endif()
  if(ARG_CODE_SECTION)
    list(APPEND ARG_OPTIONS "--code-section=${ARG_CODE_SECTION}")
  endif()
  if(ARG_MEMORY)
    list(JOIN ARG_MEMORY "," memories)
    list(APPEND ARG_OPTIONS "--memory=${memories}")
  endif()
  nn_machine_options(machine "nn_add_model(${target})" "${ARG_TARGET_MACHINE}" "${ARG_OPTIONS}")

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}.nn")
  file(MAKE_DIRECTORY "${folder}")
  set(library "${folder}/lib${ARG_NAME}.a")
  set(header "${folder}/${ARG_NAME}.h")
  set(report "${folder}/${ARG_NAME}.report.json")
  add_custom_command(
    OUTPUT "${library}" "${header}" "${report}"
    COMMAND nncompile::nn-compile "${file}" "--name=${ARG_NAME}" ${machine} ${ARG_OPTIONS} "--write-depfile=${folder}/${ARG_NAME}.d" -o "${folder}"
    DEPENDS "${file}" nncompile::nn-compile ${ARG_DEPENDS}
    DEPFILE "${folder}/${ARG_NAME}.d"
    COMMENT "nn-compile ${ARG_NAME}" VERBATIM)
  add_custom_target(${target}_nn_compile DEPENDS "${library}")

  add_library(nn::${target} STATIC IMPORTED GLOBAL)
  set_target_properties(nn::${target} PROPERTIES
    IMPORTED_LOCATION "${library}"
    INTERFACE_INCLUDE_DIRECTORIES "${folder}"
    INTERFACE_LINK_LIBRARIES nncompile::nnrt)
  add_dependencies(nn::${target} ${target}_nn_compile)
  if(ARG_EXPORT)
    nn_export_model("${target}" "${ARG_NAME}" "${folder}" "${ARG_EXPORT}")
  endif()
endfunction()

# The target that writes what a project without the compiler needs.
function(nn_export_model target name folder destination)
  get_filename_component(destination "${destination}" ABSOLUTE)
  get_target_property(runtime nncompile::nnrt INTERFACE_INCLUDE_DIRECTORIES)
  file(WRITE "${folder}/${target}.cmake"
"# Gives nn::${target}, a model that nn-compile made.
add_library(nn::${target} STATIC IMPORTED GLOBAL)
set_target_properties(nn::${target} PROPERTIES
  IMPORTED_LOCATION \"\${CMAKE_CURRENT_LIST_DIR}/lib${name}.a\"
  INTERFACE_INCLUDE_DIRECTORIES \"\${CMAKE_CURRENT_LIST_DIR}\")
")
  add_custom_target(${target}_export
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${destination}/nnrt"
    COMMAND "${CMAKE_COMMAND}" -E copy "${folder}/lib${name}.a" "${folder}/${name}.h" "${folder}/${name}.report.json"
            "${folder}/${target}.cmake" "${destination}"
    COMMAND "${CMAKE_COMMAND}" -E copy "${runtime}/nnrt/nnrt.h" "${destination}/nnrt"
    DEPENDS "${folder}/lib${name}.a" VERBATIM)
endfunction()
