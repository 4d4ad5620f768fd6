module github.com/conductorone/baton-microsoft-entra/.ci/tools/dist

go 1.26
