# config/runbooks/<language>/<Alert>.md becomes share/runbooks/<language>/<Alert>.html, which the
# agent serves, and is copied beside it, for `ght-agent runbook`. cmark leaves out raw HTML and
# links to scripts: what a runbook's author writes is text.
function(ght_runbooks)
  find_program(CMARK cmark REQUIRED)
  set(made "")
  foreach(language fr en)
    set(target ${CMAKE_BINARY_DIR}/share/runbooks/${language})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/config/runbooks/${language}/*.md)
    set(files "")
    foreach(source ${sources})
      get_filename_component(name ${source} NAME_WE)
      add_custom_command(
        OUTPUT ${target}/${name}.html ${target}/${name}.md
        COMMAND ${CMAKE_COMMAND} -E make_directory ${target}
        COMMAND ${CMARK} --to html ${source} > ${target}/${name}.html
        COMMAND ${CMAKE_COMMAND} -E copy ${source} ${target}/${name}.md
        DEPENDS ${source}
        COMMENT "Runbook ${language}/${name}")
      list(APPEND files ${target}/${name}.html ${target}/${name}.md)
    endforeach()
    install(FILES ${files}
            DESTINATION ${CMAKE_INSTALL_DATADIR}/ght-agent/runbooks/${language})
    list(APPEND made ${files})
  endforeach()
  add_custom_target(runbooks ALL DEPENDS ${made})
endfunction()
