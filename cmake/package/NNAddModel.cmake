# nn_add_model(TARGET MODEL [TARGET_MACHINE machine] [NAME prefix] [OPTIONS option...] [DEPENDS file...])
#
# Compiles MODEL while building and makes TARGET, a static library: who links it can include "<prefix>.h".
#   TARGET_MACHINE  what nn-compile --list-targets shows, or a triple; without it the building machine itself
#   NAME            prefix of all C names and of the files; without it the model's file name as a C identifier
#   OPTIONS         further options of nn-compile, for example --ram=256K or --dim batch=1
#   DEPENDS         files that the model refers to (external weights); a change compiles it again
# Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
function(nn_add_model target model)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "TARGET_MACHINE;NAME" "OPTIONS;DEPENDS")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nn_add_model(${target}): unknown arguments: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(file "${model}" ABSOLUTE)
  if(NOT ARG_NAME)
    get_filename_component(ARG_NAME "${file}" NAME_WLE)
    string(MAKE_C_IDENTIFIER "${ARG_NAME}" ARG_NAME)
  endif()
  if(ARG_TARGET_MACHINE)
    list(PREPEND ARG_OPTIONS "--target=${ARG_TARGET_MACHINE}")
  elseif(CMAKE_CROSSCOMPILING)
    message(FATAL_ERROR "nn_add_model(${target}): say TARGET_MACHINE when cross-compiling, "
                        "for example TARGET_MACHINE cortex-m4")
  endif()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}.nn")
  file(MAKE_DIRECTORY "${folder}")
  set(library "${folder}/lib${ARG_NAME}.a")
  add_custom_command(
    OUTPUT "${library}" "${folder}/${ARG_NAME}.h" "${folder}/${ARG_NAME}.report.json"
    COMMAND nncompile::nn-compile "${file}" "--name=${ARG_NAME}" ${ARG_OPTIONS} -o "${folder}"
    DEPENDS "${file}" nncompile::nn-compile ${ARG_DEPENDS}
    COMMENT "nn-compile ${ARG_NAME}" VERBATIM)
  add_custom_target(${target}_nn_compile DEPENDS "${library}")

  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${library}"
    INTERFACE_INCLUDE_DIRECTORIES "${folder}"
    INTERFACE_LINK_LIBRARIES nncompile::nnrt)
  add_dependencies(${target} ${target}_nn_compile)
endfunction()
