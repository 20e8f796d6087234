"""URLs of situational pictures and problems."""

from django.urls import path

from tillsammans.picture.views import causes, downloads, findings, parts, pictures, problems, sharing

app_name = "picture"
urlpatterns = [
    path("", pictures.pictures, name="pictures"),
    path("ny/", pictures.create, name="create"),
    path("<uuid:uuid>/", pictures.picture, name="picture"),
    path("<uuid:uuid>/andra/", pictures.edit, name="edit"),
    path("<uuid:uuid>/problem/lagg-till/", pictures.take_up, name="take_up"),
    path("<uuid:uuid>/hamta/<uuid:package>/", sharing.take_in, name="take_in"),
    path("<uuid:uuid>/dela/", sharing.share, name="share"),
    path("<uuid:uuid>/anta/", sharing.adopt, name="adopt"),
    path("<uuid:uuid>/avsnitt/nytt/", parts.add_section, name="add_section"),
    path("<uuid:uuid>/lucka/ny/", parts.add_gap, name="add_gap"),
    path("<uuid:uuid>/lagesbild.pdf", downloads.pdf, name="pdf"),
    path("<uuid:uuid>/lagesbild.docx", downloads.word, name="word"),
    path("<uuid:uuid>/data.csv", downloads.csv, name="csv"),
    path("<uuid:uuid>/data.json", downloads.json, name="json"),
    path("<uuid:uuid>/figur/<uuid:figure>.<slug:form>", downloads.figure, name="figure_file"),
    path("upptaget/<uuid:uuid>/flytta/", pictures.move_problem, name="move_problem"),
    path("upptaget/<uuid:uuid>/lamna-ut/", pictures.leave_out, name="leave_out"),
    path("avsnitt/<uuid:uuid>/", parts.edit_section, name="edit_section"),
    path("avsnitt/<uuid:uuid>/flytta/", parts.move_section, name="move_section"),
    path("avsnitt/<uuid:uuid>/figur/ny/", parts.add_figure, name="add_figure"),
    path("avsnitt/<uuid:uuid>/uppgift/ny/", parts.add_statement, name="add_statement"),
    path("figur/<uuid:uuid>/", parts.edit_figure, name="edit_figure"),
    path("fynd/<uuid:uuid>/<slug:kind>/lagg-till/", findings.add, name="add_finding"),
    path("uppgift/<uuid:uuid>/", parts.edit_statement, name="edit_statement"),
    path("lucka/<uuid:uuid>/", parts.edit_gap, name="edit_gap"),
    path("del/<slug:kind>/<uuid:uuid>/ta-bort/", parts.remove, name="remove_part"),
    path("del/<slug:kind>/<uuid:uuid>/lagg-tillbaka/", parts.restore, name="restore_part"),
    path("problem/", problems.problems, name="problems"),
    path("problem/nytt/", problems.create, name="create_problem"),
    path("problem/<uuid:uuid>/", problems.problem, name="problem"),
    path("problem/<uuid:uuid>/andra/", problems.edit, name="edit_problem"),
    path("problem/<uuid:uuid>/prioritera/", problems.prioritise, name="prioritise"),
    path("problem/<uuid:uuid>/avsluta/", problems.close, name="close_problem"),
    path("problem/<uuid:uuid>/oppna/", problems.reopen, name="reopen_problem"),
    path("problem/<uuid:uuid>/uppgift/ny/", parts.add_problem_statement, name="add_problem_statement"),
    path("problem/<uuid:uuid>/lucka/ny/", parts.add_problem_gap, name="add_problem_gap"),
    path("problem/<uuid:uuid>/orsak/ny/", causes.add, name="add_cause"),
    path("orsak/<uuid:uuid>/", causes.edit, name="edit_cause"),
    path("orsak/<uuid:uuid>/ta-bort/", causes.remove, name="remove_cause"),
    path("orsak/<uuid:uuid>/lagg-tillbaka/", causes.restore, name="restore_cause"),
]
