# One line per dialect, pass group, library, target, tool and unit test.

# One header is precompiled once and used by all C++ files that speak MLIR.
add_library(nnc_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/Precompiled.cpp)
target_precompile_headers(nnc_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/Precompiled.h)

# nnc_add_library(NAME files... [MLIR] [LINK libs...] [DEPENDS targets...])
#   MLIR: the files include MLIR headers (precompiled header, links the shared libraries)
function(nnc_add_library name)
  cmake_parse_arguments(ARG "MLIR" "" "LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(ARG_MLIR)
    target_precompile_headers(${name} REUSE_FROM nnc_pch)
    target_link_libraries(${name} PUBLIC MLIR LLVM)
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# nnc_add_dialect(NAME prefix files... [INTERFACES] [TYPES] [LINK libs...]): <NAME>.td in this folder gives <NAME>{Ops,Dialect,Enums,Attrs,Types,Interfaces}.{h,cpp}.inc
function(nnc_add_dialect name dialect)
  cmake_parse_arguments(ARG "INTERFACES;TYPES" "" "LINK" ${ARGN})
  set(LLVM_TARGET_DEFINITIONS ${name}Ops.td)
  mlir_tablegen(${name}Ops.h.inc -gen-op-decls)
  mlir_tablegen(${name}Ops.cpp.inc -gen-op-defs)
  mlir_tablegen(${name}Dialect.h.inc -gen-dialect-decls -dialect=${dialect})
  mlir_tablegen(${name}Dialect.cpp.inc -gen-dialect-defs -dialect=${dialect})
  mlir_tablegen(${name}Enums.h.inc -gen-enum-decls)
  mlir_tablegen(${name}Enums.cpp.inc -gen-enum-defs)
  mlir_tablegen(${name}Attrs.h.inc -gen-attrdef-decls -attrdefs-dialect=${dialect})
  mlir_tablegen(${name}Attrs.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${dialect})
  if(ARG_TYPES)
    mlir_tablegen(${name}Types.h.inc -gen-typedef-decls -typedefs-dialect=${dialect})
    mlir_tablegen(${name}Types.cpp.inc -gen-typedef-defs -typedefs-dialect=${dialect})
  endif()
  if(ARG_INTERFACES)
    set(LLVM_TARGET_DEFINITIONS ${name}Interfaces.td)
    mlir_tablegen(${name}Interfaces.h.inc -gen-op-interface-decls)
    mlir_tablegen(${name}Interfaces.cpp.inc -gen-op-interface-defs)
  endif()
  add_public_tablegen_target(NNC${name}IncGen)
  nnc_add_library(NNC${name} ${ARG_UNPARSED_ARGUMENTS} MLIR LINK ${ARG_LINK} DEPENDS NNC${name}IncGen)
endfunction()

# nnc_add_passes(NAME files... [LINK libs...]): Passes.td in this folder gives Passes.h.inc
function(nnc_add_passes name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name ${name})
  add_public_tablegen_target(NNC${name}PassesIncGen)
  nnc_add_library(NNC${name} ${ARG_UNPARSED_ARGUMENTS} MLIR LINK ${ARG_LINK}
                  DEPENDS NNC${name}PassesIncGen)
endfunction()

# nnc_add_target(NAME files... FAMILIES names...): a folder of machines. Its header <NAME>Family.h declares create<FAMILY>Family() for
# each name; the tools find them through the list that nnc_write_target_families makes.
function(nnc_add_target name)
  cmake_parse_arguments(ARG "" "" "FAMILIES;LINK" ${ARGN})
  nnc_add_library(NNCTarget${name} ${ARG_UNPARSED_ARGUMENTS} LINK NNCTargetLLVM ${ARG_LINK})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(GLOBAL APPEND PROPERTY NNC_TARGET_LIBRARIES NNCTarget${name})
  set_property(GLOBAL APPEND_STRING PROPERTY NNC_TARGET_INCLUDES "#include \"${folder}/${name}Family.h\"\n")
  foreach(family ${ARG_FAMILIES})
    set_property(GLOBAL APPEND_STRING PROPERTY NNC_TARGET_FAMILIES "NNC_TARGET_FAMILY(${family})\n")
  endforeach()
endfunction()

# nnc_write_target_families(FILE): includes the headers of all targets and has NNC_TARGET_FAMILY(name) for each family
function(nnc_write_target_families file)
  get_property(includes GLOBAL PROPERTY NNC_TARGET_INCLUDES)
  get_property(families GLOBAL PROPERTY NNC_TARGET_FAMILIES)
  file(CONFIGURE OUTPUT ${file} CONTENT "@includes@#ifdef NNC_TARGET_FAMILY\n@families@#endif\n" @ONLY)
endfunction()

# nnc_add_program(NAME files... [LINK libs...]): an executable in build/bin that tests use
function(nnc_add_program name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS} ${NNC_SANITIZER_DEFAULTS})
  target_precompile_headers(${name} REUSE_FROM nnc_pch)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  set_property(GLOBAL APPEND PROPERTY NNC_TOOLS ${name})
endfunction()

# nnc_add_tool(NAME files... [LINK libs...]): a program that is installed
function(nnc_add_tool name)
  nnc_add_program(${name} ${ARGN})
  install(TARGETS ${name} EXPORT nncompileTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# nnc_add_unittest(NAME files... [MLIR] [LINK libs...]): a GoogleTest program, run by ctest
function(nnc_add_unittest name)
  cmake_parse_arguments(ARG "MLIR" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS} ${NNC_SANITIZER_DEFAULTS})
  if(ARG_MLIR)
    target_precompile_headers(${name} REUSE_FROM nnc_pch)
    target_link_libraries(${name} PRIVATE MLIR LLVM)
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin/unittests)
  set_property(GLOBAL APPEND PROPERTY NNC_UNITTESTS ${name})
  add_test(NAME ${name} COMMAND ${name})
endfunction()
