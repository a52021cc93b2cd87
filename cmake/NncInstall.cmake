# What `cmake --install` writes: tools (see nnc_add_tool), runtime header, emulation support of nn-run, licence, the
# CMake package that find_package(nncompile) reads, and what pkg-config and make read.
include(CMakePackageConfigHelpers)
set(nnc_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nncompile)

add_library(nnrt INTERFACE)
target_include_directories(nnrt INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/runtime/include>
                                          $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
install(TARGETS nnrt EXPORT nncompileTargets)
install(EXPORT nncompileTargets NAMESPACE nncompile:: DESTINATION ${nnc_package_dir})

configure_package_config_file(cmake/package/nncompileConfig.cmake.in ${CMAKE_BINARY_DIR}/nncompileConfig.cmake
                              INSTALL_DESTINATION ${nnc_package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/nncompileConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_BINARY_DIR}/nncompileConfig.cmake ${CMAKE_BINARY_DIR}/nncompileConfigVersion.cmake
              cmake/package/NNAddModel.cmake cmake/package/NNToolchain.cmake DESTINATION ${nnc_package_dir})

# For builds without CMake: `include $(shell pkg-config --variable=makefile nncompile)`.
file(RELATIVE_PATH nnc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/package/nncompile.pc.in ${CMAKE_BINARY_DIR}/nncompile.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/nncompile.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES cmake/package/nncompile.mk DESTINATION ${CMAKE_INSTALL_DATADIR}/nncompile)

install(DIRECTORY runtime/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY runtime/emulation DESTINATION ${CMAKE_INSTALL_DATADIR}/nncompile)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
