# What is installed beside the programs: for the monitoring server, the people and the auditor. A
# folder that a checkout lacks is passed over. Runbooks are made and installed by Runbooks.cmake.
set(share ${CMAKE_INSTALL_DATADIR}/ght-agent)
set(examples ${CMAKE_INSTALL_DOCDIR}/examples)

install(DIRECTORY dashboards/grafana/ DESTINATION ${share}/dashboards OPTIONAL
        FILES_MATCHING PATTERN "*.json")
install(DIRECTORY config/prometheus/rules/ DESTINATION ${share}/rules OPTIONAL
        FILES_MATCHING PATTERN "*.rules.yml")
install(FILES config/agent.schema.json DESTINATION ${share}/schema)

install(FILES config/agent.json DESTINATION ${examples})
install(DIRECTORY config/examples/ DESTINATION ${examples}/roles OPTIONAL)
install(DIRECTORY config/prometheus config/alertmanager DESTINATION ${examples} OPTIONAL
        PATTERN "rules" EXCLUDE
        PATTERN "*.test.yml" EXCLUDE)
install(DIRECTORY packaging/grafana DESTINATION ${examples} OPTIONAL)
